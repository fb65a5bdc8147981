"""Local clusters and replicas, through the command line as users start them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SETTINGS = ["data.batch_size=4", "data.sequence_length=8", "sample_tokens=0", "histogram_every=0"]


def command(text, run, *more, steps=20):
    settings = [argument for setting in SETTINGS for argument in ("--set", setting)]
    parts = ["train", "lstm_tiny", "--data", text, "--tokenizer", "char", "--run", run, "--steps", steps]
    return [sys.executable, "-m", "langzoo.cli", *map(str, [*parts, *settings, "--json", *more])]


def finished(*args, **kwargs):
    return subprocess.run(command(*args, **kwargs), capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def final_loss(text, tmp_path_factory):
    """Of one device."""
    done = finished(text, tmp_path_factory.mktemp("one") / "run")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["final_loss"]


REPLICAS, WORKERS = ["--strategy", "mirrored", "--set", "replicas=2"], ["--workers", "2"]


@pytest.mark.parametrize(
    "more", [pytest.param(REPLICAS, marks=pytest.mark.ci), pytest.param(WORKERS, marks=pytest.mark.slow)]
)
def test_two_replicas_or_workers_end_where_one_device_does(more, text, tmp_path, final_loss):
    run = tmp_path / "run"
    done = finished(text, run, *more)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "Fatal" not in done.stderr and "Traceback" not in done.stderr
    assert json.loads(done.stdout)["final_loss"] == pytest.approx(final_loss, abs=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert len((run / "metrics.jsonl").read_text().splitlines()) == 1
    assert len(list((run / "logs" / "train").glob("events*"))) == 1


WAYS = {
    "gpt2_tiny": ("the cat\nsat on it\n" * 20, ["--set", "model.attention_dropout=0.0"]),
    "transformer_tiny": ("the cat\tsat\non it\tthe cat sat on\n" * 20, []),
    "lstm_tiny": ("the cat\tgood\nsat on it on it\tbad\n" * 20, ["--task", "text_classifier"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WAYS)
def test_two_workers_end_where_one_device_does_for_every_kind_of_data(name, tmp_path):
    content, more = WAYS[name]
    (tmp_path / "text.tsv").write_text(content)
    losses = []
    for run, workers in (("one", []), ("two", ["--workers", "2"])):
        line = command(tmp_path / "text.tsv", tmp_path / run, *more, *workers, "--set", "model.dropout=0.0", steps=6)
        line = [name if part == "lstm_tiny" else part for part in line]
        kind = "word" if name == "lstm_tiny" else "byte"
        line = [kind if part == "char" else part for part in line]
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=240)
        assert done.returncode == 0, done.stderr
        losses.append(json.loads(done.stdout)["final_loss"])
    assert losses[1] == pytest.approx(losses[0], abs=1e-4)


@pytest.mark.slow
def test_what_all_workers_fail_at_is_told_once(text, tmp_path):
    done = finished(text, tmp_path / "run", "--workers", "2", "--set", "data.batch_size=5")
    assert (done.returncode, done.stdout) == (2, "")
    # Lines of ours: TensorFlow adds its own where TF_CPP_MIN_LOG_LEVEL is set.
    told = [line for line in done.stderr.splitlines() if line.startswith("langzoo:")]
    assert len(told) == 1 and "must be a multiple of replicas" in told[0]


def children(pid):
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            found.append(int(status.parent.name))
    return found


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.slow
@pytest.mark.parametrize("victim", ["parent", "worker"])
def test_whoever_is_killed_all_end(victim, text, tmp_path):
    log = tmp_path / "log"
    with open(log, "w") as file:
        parent = subprocess.Popen(
            command(text, tmp_path / "run", "--workers", "2", steps=10**8), stdout=file, stderr=file
        )
    try:
        until(lambda: (tmp_path / "run" / "config.json").exists(), 60)  # The workers have found each other.
        workers = children(parent.pid)
        assert len(workers) == 2
        os.kill(parent.pid if victim == "parent" else max(workers), signal.SIGKILL)
        code = parent.wait(timeout=20)
        until(lambda: not any(runs(pid) for pid in workers), 20)
        assert code == (-signal.SIGKILL if victim == "parent" else 1)
        if victim == "worker":
            *_, line = log.read_text().splitlines()
            assert re.fullmatch(
                "langzoo: worker [12] of 2 was ended by SIGKILL; the run is at step [0-9,]+: continue it with the "
                "same command and --resume",
                line,
            )
    finally:
        parent.kill()
