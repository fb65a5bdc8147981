"""A run that is asked to stop: by Control-C or by the system."""

import shlex
import signal
import subprocess
import sys
import time

import pytest
from langzoo.trainers.run_state import stored_step

LINES = "".join(f"{'ab' * (i % 7)} line {i % 10}\n" for i in range(100))


def start(folder, *more, steps=3000):
    (folder / "a text.txt").write_text(LINES)
    arguments = [
        "train",
        "lstm_tiny",
        "--data",
        "a text.txt",
        "--tokenizer",
        "char",
        "--run",
        "run",
        "--steps",
        str(steps),
    ]
    for setting in ("data.batch_size=4", "data.sequence_length=8", "sample_tokens=0", "validate_every=1000000"):
        arguments += ["--set", setting]
    return subprocess.Popen(
        [sys.executable, "-m", "langzoo.cli", *arguments, *more], cwd=folder, stderr=subprocess.PIPE, text=True
    )


def training(process, run):
    """Waits until steps are taken; the graph, written before, tells that the start is over."""
    while not list(run.glob("logs/train/*")):
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(4)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_step_is_finished_and_saved_and_the_line_goes_on(tmp_path, number):
    process = start(tmp_path, steps=1_000_000)
    training(process, tmp_path / "run")
    process.send_signal(number)
    *_, line = process.communicate()[1].splitlines()
    step = stored_step(tmp_path / "run")
    assert process.returncode == 128 + number and step > 0
    stopped = f"langzoo: stopped at step {step:,} by {number.name}"
    assert line.startswith(f"{stopped}; continue with: langzoo train lstm_tiny ")
    again = shlex.split(line.partition("continue with: langzoo ")[2])
    assert "a text.txt" in again and again[-1] == "--resume"
    again[again.index("--steps") + 1] = str(step + 5)
    done = subprocess.run(
        [sys.executable, "-m", "langzoo.cli", *again], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert f"continuing from step {step:,} of {step + 5:,}" in done.stderr
    assert stored_step(tmp_path / "run") == step + 5
