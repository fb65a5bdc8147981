"""A package from outside goes through the command line like our own, without a change here."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.attack.attacked_process import AttackedProcess

PATH = Path(__file__).parent / "path"
KINDS = {
    "model": "echo_tiny",
    "task": "text_scorer",
    "task_training": "text_scorer",
    "objective": "squared_error",
    "reader": "key_values",
    "decoder": "ranked",
}
TRAINING = ["--steps", "30", "--set", "data.batch_size=8", "--set", "sample_tokens=0", "--set", "histogram_every=0"]


@pytest.fixture(scope="module")
def langzoo(tmp_path_factory):
    """Runs command lines in a process that the package is installed for; returns their standard output."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(PATH))
        patch.chdir(tmp_path_factory.mktemp("outside"))
        process = AttackedProcess()

        def run(*line, code=0):
            answer = process.run(*line, seconds=120)
            assert answer.code == code, answer.err
            return answer.out if code == 0 else answer.err

        Path("lines.txt").write_text("".join(f"text=the {'cat sat ' * (i % 4)}on it\n" for i in range(40)))
        Path("scores.txt").write_text("".join(f"text={'a ' * (i % 5 + 1)}cat;score={i % 5 + 1}\n" for i in range(40)))
        reader = ["--set", "data.reader=key_values", "--tokenizer", "word"]
        run("train", "echo_tiny", "--data", "lines.txt", "--valid", "lines.txt", "--run", "run", *reader, *TRAINING)
        yield run
        process.close()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_listed_and_described(langzoo, kind):
    entries = json.loads(langzoo("list", KINDS[kind], "--kind", kind, "--json"))
    (found,) = [entry for entry in entries if entry["name"] == KINDS[kind]]
    assert found["description"]
    assert KINDS[kind] in langzoo("describe", KINDS[kind], *([] if kind == "model" else ["--kind", kind]))


def test_its_language_model(langzoo):
    found = json.loads(langzoo("evaluate", "run", "--data", "lines.txt", "--json"))
    assert 1 < found["perplexity"] < 30
    greedy, second = (
        json.loads(langzoo("generate", "run", "--prompt", "the", "--max-tokens", "3", "--json", *more).splitlines()[0])
        for more in ([], ["--decoder", "ranked", "--option", "rank=1"])
    )
    assert greedy["tokens"] != second["tokens"]
    assert "from 0 to 9" in langzoo(
        "generate", "run", "--prompt", "the", "--decoder", "ranked", "--option", "rank=10", code=2
    )


@pytest.mark.ci
def test_its_language_model_leaves_and_comes_back(langzoo):
    live = json.loads(langzoo("score", "run", "--text", "the cat sat", "--json"))[0]["log_probabilities"]
    langzoo("export", "run", "--out", "saved/1")
    langzoo("export", "run", "--format", "litert", "--out", "lite", "--context", "16")
    (lite,) = Path("lite").glob("*.tflite")
    for place in ("saved", lite):
        found = json.loads(langzoo("score", place, "--text", "the cat sat", "--json"))[0]["log_probabilities"]
        np.testing.assert_allclose(found, live, atol=1e-4)
    langzoo("export", "run", "--format", "huggingface", "--out", "published")
    assert json.loads(Path("published/config.json").read_text())["model_type"] == "echo_lm"
    langzoo("import", "published", "--run", "again", "--tokenizer", "run/tokenizer")
    found = json.loads(langzoo("score", "again", "--text", "the cat sat", "--json"))[0]["log_probabilities"]
    np.testing.assert_allclose(found, live, atol=1e-5)


def score_texts(langzoo, model):
    """Trains the task on a model, and finds that it has learnt; returns the run."""
    run = f"scorer_{model}"
    line = ["train", model, "--task", "text_scorer", "--data", "scores.txt", "--valid", "scores.txt", "--run", run]
    langzoo(*line, "--tokenizer", "word", *TRAINING, "--steps", "150", "--set", "optimizer.learning_rate=0.02")
    found = json.loads(langzoo("evaluate", run, "--data", "scores.txt", "--json"))
    assert found["tokens"] == 40 and found["metrics"]["absolute_error"] < 0.5
    short, long = map(
        json.loads, langzoo("predict", run, "--text", "a cat", "--text", "a a a a a cat", "--json").splitlines()
    )
    assert short["score"] + 1 < long["score"]
    return run


def test_its_task_on_a_body_of_ours(langzoo):
    score_texts(langzoo, "lstm_tiny")


@pytest.mark.ci
def test_its_task_on_its_body_and_exported(langzoo):
    run = score_texts(langzoo, "echo_tiny")
    langzoo("export", run, "--out", "scorer/1")
    line = ["predict", "scorer", "--text", "a cat", "--json"]
    live = json.loads(langzoo("predict", run, *line[2:]))
    assert json.loads(langzoo(*line))["score"] == pytest.approx(live["score"], abs=1e-4)


def test_what_does_not_fit(langzoo):
    line = ["train", "bert_nano", "--task", "text_scorer", "--data", "scores.txt", "--run", "no"]
    assert "unknown task of the family bert: 'text_scorer'" in langzoo(*line, code=2)
    line = ["train", "echo_tiny", "--data", "lines.txt", "--run", "no", "--set", "objective.name=squared_error"]
    assert "squared_error" in langzoo(*line, code=2)
