"""Questions and their texts on the command line: answers for people and for machines, and how good they are."""

import json

import keras
import langzoo.zoo as zoo
import pytest
from langzoo.layers import WordTokenizer

pytestmark = pytest.mark.usefixtures("keep_loaded")

CONTEXT = "the cat, the mat"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answers") / "run"
    tokenizer = WordTokenizer(["<unk>", "<eos>", "the", "cat", "mat", ",", "?"], split="punctuation")
    keras.utils.set_random_seed(0)  # an answer of articles and signs alone would count as none
    options = {"max_length": 24, "no_answer_threshold": 1e9}
    model = zoo.create("text_bilstm_tiny", task="span_extractor", tokenizer=tokenizer, options=options, hidden_dim=8)
    zoo.save(model, folder)
    return folder


def test_answers_for_machines_and_for_people(run, langzoo_run):
    asked = ("predict", run, "--text", "the cat ?", "--pair", CONTEXT)
    found = json.loads(langzoo_run(*asked, "--json").stdout)
    assert (found["question"], found["context"]) == ("the cat ?", CONTEXT)
    assert found["text"] == CONTEXT[found["start"] : found["end"]] == found["candidates"][0]["text"]
    shown = langzoo_run(*asked).stdout
    marked = f"{CONTEXT[: found['start']]}[{found['text']}]{CONTEXT[found['end'] :]}"
    assert shown.splitlines()[:2] == ["the cat ?", marked]
    assert all(each["text"] in shown for each in found["candidates"])


def test_what_cannot_be_asked(run, refused):
    assert "every question needs a text" in refused("predict", run, "--text", "the cat ?")
    assert "the text of question 1 is empty" in refused("predict", run, "--text", "the cat ?", "--pair", " ")
    long = refused("predict", run, "--text", "the " * 40, "--pair", "cat")
    assert "question 1 has 40 tokens, and a window of 24 holds at most 13" in long


def test_a_file_is_measured_by_the_official_rules(run, langzoo_run, tmp_path):
    asked = [
        {"id": "1", "question": "cat ?", "answers": [{"text": "the cat", "answer_start": 0}]},
        {"id": "2", "question": "dog ?", "answers": [], "is_impossible": True},
    ]
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": CONTEXT, "qas": asked}]}]}), encoding="utf-8")
    result = langzoo_run("evaluate", run, "--data", path, "--json")
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)["metrics"]
    assert figures["no_answer_f1"] == 0.0  # its threshold is never reached
    assert figures["squad_f1"] == pytest.approx(figures["has_answer_f1"] / 2)
    assert figures["best_f1"] >= 0.5
    assert {"exact_match", "has_answer_exact_match", "best_f1_threshold"} <= {*figures}
