"""`langzoo train`: what it refuses, what it keeps, and what it prints."""

import json
import math
import os
import shutil
import subprocess
import sys

import pytest
from langzoo.zoo.weights_file import read_tensors

from tests.cli.train_lines import files, line, resume


def test_json_is_one_object_and_people_get_two_lines(finished, copied, langzoo_run, text):
    run, result = finished
    found = json.loads(result.stdout)
    assert result.stdout.count("\n") == 1
    assert (found["run"], found["steps"]) == (str(run), 6)
    assert 0 < found["final_loss"] < 10 and found["tokens_per_second"] > 0
    records = [json.loads(row) for row in (run / "metrics.jsonl").read_text().splitlines()]
    assert [record["step"] for record in records] == [3, 6]
    assert found["best_validation_loss"] == min(record["val_loss"] for record in records)
    again = langzoo_run(*resume(copied, text=text))  # Nothing is left to do: it says what is there.
    assert again.exit_code == 0
    assert again.stdout.startswith(f"{copied}: 6 steps, loss {found['final_loss']:.4f}")
    assert "langzoo generate" in again.stdout and again.stdout.count("\n") == 2


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--set", "optimizer.lerning_rate=1"], "Did you mean optimizer.learning_rate"),
        (["--set", "optimizer.learning_rate=fast"], "optimizer.learning_rate: must be a valid number, not 'fast'"),
        (["--set", "model.droput=0.1"], "dropout"),
        (["--set", "model.dropout=2"], "dropout"),
        (["--set", "model.vocabulary_size=9"], "--vocabulary-size"),
        (["--set", "seed=2147483648"], "seed: must be less than 2147483648"),
        (["--set", "seed"], "key=value"),
        (["--steps", "0"], "--steps"),
        (["--epochs", "-1"], "--epochs"),
        (["--steps", "many"], "--steps"),
        (["--strategy", "mirored"], "strategy: must be 'one', 'mirrored' or 'multi_worker', not 'mirored'"),
        (["--workers", "2", "--strategy", "mirrored"], "leave the other strategy out"),
        (["--workers", "2", "--set", "strategy=one"], "leave the other strategy out"),
        (["--tokenizer", "wrd"], "Did you mean word"),
        (["--tokenizer", "byte", "--vocabulary-size", "9"], "257"),
        (["--set", "data.sequence_length=5000"], "4 streams of 5000 need 20,000"),
        (["--set", "data.arrangement=blocks", "--set", "data.sequence_length=5000"], "fewer than one block of 5000"),
        (["--set", "accumulation_steps=3"], "batch_size 4 must be a multiple of"),
        (["--strategy", "multi_worker"], "--workers N starts local processes"),
    ],
)
def test_a_wrong_request_is_one_line(more, message, refused, text, tmp_path, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    run = tmp_path / "run"
    assert message in refused(*line(run, *more, text=text))
    assert not run.exists() or [path.name for path in run.iterdir()] == ["cache"]


def test_an_unknown_model(refused, text, tmp_path):
    assert "Did you mean lstm_tiny" in refused(*line(tmp_path / "run", model="lstm_tinny", text=text))


@pytest.mark.parametrize("option", ["--data", "--valid"])
@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"a\x00b", "binary"), (b"\xff\xfe\xfd", "UTF-8"), (None, "does not exist")],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_is_no_text(option, content, message, workers, refused, text, tmp_path):
    wrong = tmp_path / "wrong"
    if content is not None:
        wrong.write_bytes(content)
    assert message in refused(*line(tmp_path / "run", option, wrong, "--workers", workers, text=text))
    assert not (tmp_path / "run").exists()


def test_a_missing_file_is_told_before_tensorflow_is_loaded(tmp_path):
    code = (
        "import sys\nfrom langzoo.trainers.train_request import TrainRequest\n"
        "try: TrainRequest(model='lstm_tiny', data=['none'], run='run').resolve()\n"
        "except ValueError as error: print(error, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "none does not exist False\n"


def test_a_run_directory_that_holds_something_else(refused, langzoo_run, copied, text, tmp_path):
    before = files(copied)
    assert "holds a run of lstm_tiny, not of lstm_tied" in refused(*line(copied, model="lstm_tied", text=text))
    assert "continue it with --resume" in refused(*line(copied, text=text))
    assert files(copied) == before
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").write_text("mine")
    for more in ([], ["--resume"]):
        assert "not empty and holds no run" in refused(*line(tmp_path / "foreign", *more, text=text))
    assert "is a file" in refused(*line(text, text=text))
    assert [path.name for path in (tmp_path / "foreign").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"settings": ["seed=3"]}, "seed 0, not 3"),
        ({"settings": ["optimizer.learning_rate=0.5"]}, "optimizer.learning_rate 0.002, not 0.5"),
        ({"settings": ["model.dropout=0.5"]}, "model.dropout 0.0, not 0.5"),
        ({"steps": 5}, "is at step 6 and cannot end at 5"),
    ],
)
def test_a_resume_with_other_settings(changes, message, refused, copied, text):
    before = files(copied)
    assert message in refused(*resume(copied, text=text, **changes))
    assert files(copied) == before


def test_a_resume_with_another_text_or_tokenizer(refused, copied, text, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("something else\n" * 50)
    before = (copied / "checkpoint.safetensors").read_bytes()
    assert "another --data" in refused(*line(copied, "--valid", text, "--resume", text=other))
    assert "another --valid" in refused(*line(copied, "--valid", other, "--resume", text=text))
    assert "another --valid" in refused(*line(copied, "--resume", text=text))
    assert "a character tokenizer of its own" in refused(*resume(copied, "--tokenizer", "word", text=text))
    assert "leave --vocabulary-size out" in refused(*resume(copied, "--vocabulary-size", 5, text=text))
    assert (copied / "checkpoint.safetensors").read_bytes() == before


def test_the_same_text_by_another_name_and_the_same_tokenizer_go_on(langzoo_run, copied, text, tmp_path):
    moved = shutil.copy(text, tmp_path / "moved.txt")
    for tokenizer in ("char", "character", copied / "tokenizer"):
        result = langzoo_run(*resume(copied, "--tokenizer", tokenizer, text=moved))
        assert result.exit_code == 0, result.output


def test_steps_of_the_metrics_go_up_over_a_resume(langzoo_run, copied, text):
    with open(copied / "metrics.jsonl", "a") as file:
        file.write('{"step": 9, "loss": 1.0}\n{"step": 1')  # written, and then killed before the checkpoint
    assert langzoo_run(*resume(copied, text=text, steps=10)).exit_code == 0
    steps = [json.loads(row)["step"] for row in (copied / "metrics.jsonl").read_text().splitlines()]
    assert steps == [3, 6, 9, 10]


DIVERGING = ["optimizer.name=sgd", "optimizer.clip_norm=0", "optimizer.learning_rate=1e38", "checkpoint_every=1"]


def test_a_loss_that_is_not_finite_ends_the_run(langzoo_run, text, tmp_path):
    run = tmp_path / "run"
    result = langzoo_run(*line(run, "--tokenizer", "char", text=text, settings=DIVERGING, steps=200))
    assert (result.exit_code, result.stdout) == (1, "")
    message = result.stderr.splitlines()[-1]
    assert "not finite" in message and " step " in message and "checkpoint before it is kept" in message
    tensors, metadata = read_tensors(run / "checkpoint.safetensors")
    assert all((abs(tensor) < float("inf")).all() for tensor in tensors.values() if tensor.dtype.kind == "f")
    assert 0 < json.loads(metadata["state"])["step"] < 200


def test_counted_models_go_through_the_same_command(langzoo_run, refused, text, tmp_path):
    losses = {}
    for name in ("unigram", "bigram"):
        arguments = ["train", name, "--data", text, "--valid", text, "--run", tmp_path / name]
        result = langzoo_run(*arguments, "--json")
        found = json.loads(result.stdout)
        assert found["best_validation_loss"] == pytest.approx(found["final_loss"])
        losses[name] = found["final_loss"]
        again = langzoo_run(*arguments, "--resume")
        assert again.stdout.startswith(f"{tmp_path / name}: counted, loss ") and "tensorboard" not in again.stdout
    assert losses["bigram"] < losses["unigram"]
    other = tmp_path / "other.txt"
    other.write_text("something else\n")
    arguments[3] = other
    assert "was started with another --data" in refused(*arguments, "--resume")


def test_a_run_is_the_start_of_another(langzoo_run, refused, finished, text, tmp_path):
    first, run = finished[0], tmp_path / "run"
    still = ["optimizer.name=sgd", "optimizer.learning_rate=1e-30", "model.recurrent_dropout=0.5"]
    result = langzoo_run(*line(run, "--valid", text, text=text, model=first, settings=still))
    assert result.exit_code == 0, result.output
    before, after = (read_tensors(folder / "weights.safetensors")[0] for folder in (first, run))
    assert before.keys() == after.keys()
    assert all((before[name] == after[name]).all() for name in before)
    assert json.loads((run / "config.json").read_text())["config"]["recurrent_dropout"] == 0.5
    new = tmp_path / "new"
    assert "its own tokenizer" in refused(*line(new, "--tokenizer", "char", text=text, model=first))
    assert "fix all of it but dropout" in refused(*line(new, text=text, model=first, settings=["model.hidden_dim=8"]))
    assert "--vocabulary-size" in refused(*line(new, "--vocabulary-size", 9, text=text, model=first))


TWO_SENTENCES = "cat cat dog\ndog bird fish other\n"


@pytest.mark.slow
def test_two_sentences_are_learned_by_heart(langzoo_run, tmp_path):
    (tmp_path / "text.txt").write_text(TWO_SENTENCES)
    run = tmp_path / "run"
    arguments = ["train", "bilstm_next_word", "--data", tmp_path / "text.txt", "--run", run]
    result = langzoo_run(*arguments, "--set", "sample_tokens=0", "--json")
    # Nothing tells "cat" from "dog" at the start of a line: two of nine tokens cost ln 2 at least.
    assert 2 / 9 * math.log(2) < json.loads(result.stdout)["final_loss"] + 1e-3 < math.log(1.5)
    generated = langzoo_run("generate", run, "--prompt", "dog bird", "--max-tokens", 2, "--json")
    assert "fish other" in generated.stdout


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small tmpfs needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder, *, leave):
    """Takes the disk of a folder but for some bytes."""
    free = os.statvfs(folder)
    (folder / "filler").write_bytes(b"x" * max(free.f_bavail * free.f_frsize - leave, 0))


@pytest.mark.ci
@pytest.mark.parametrize("leave", [0, 20_000, 60_000, 100_000])
def test_a_full_disk_leaves_the_last_checkpoint(leave, small_disk, finished, langzoo_run, text):
    run = shutil.copytree(finished[0], small_disk / "run")
    before = (run / "checkpoint.safetensors").read_bytes()
    fill(small_disk, leave=leave)
    result = langzoo_run(*resume(run, text=text, steps=12))
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert result.stderr.splitlines()[-1].endswith("the disk is full: free some space, or write somewhere else")
    assert "Traceback" not in result.stderr
    assert (run / "checkpoint.safetensors").read_bytes() == before
    (small_disk / "filler").unlink()
    assert langzoo_run(*resume(run, text=text, steps=12)).exit_code == 0
    fill(small_disk, leave=2048)
    assert "the disk is full" in langzoo_run(*line(small_disk / "new", text=text)).stderr
