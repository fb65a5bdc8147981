import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "猫"]
HEADS = {
    "mood": {"task": "text_classifier", "options": {"labels": ["bad", "good", "好"]}},
    "names": {"task": "token_tagger", "options": {"labels": ["O", "B-PER"], "head": "crf"}},
    "answers": {"task": "span_extractor"},
}


@pytest.fixture(scope="module")
def model():
    tokenizer = WordPieceTokenizer(PIECES)
    return zoo.create("roberta_tiny", task="multi_task", tokenizer=tokenizer, options={"heads": HEADS}, num_layers=1)


def test_heads_share_one_body(model):
    body = model.backbone.count_params()
    heads = sum(head.count_params() - body for head in model.heads.values())
    assert all(head.backbone is model.backbone for head in model.heads.values())
    assert model.count_params() == body + heads
    assert len(model.named_weights()) == len(model.weights)


def test_what_was_saved_is_read_again(model, tmp_path):
    zoo.save(model, tmp_path)
    again = zoo.load(tmp_path)
    assert again.options == model.options
    for name, weight in again.named_weights().items():
        np.testing.assert_array_equal(weight, model.named_weights()[name])
    expected = model.head("mood").answer(["the cats", "猫"])
    assert zoo.load(tmp_path, task="mood").answer(["the cats", "猫"]) == expected
    with pytest.raises(UserError, match=r"unknown head 'mod'. Did you mean mood"):
        zoo.load(tmp_path, task="mod")
    with pytest.raises(UserError, match="several heads: choose one with task, mood, names, answers"):
        again.export(tmp_path / "export")
    model.head("answers").no_answer_threshold = 0.5  # settled after the training: weights of before still fit
    zoo.save(model.head("mood"), tmp_path / "alone")
    with pytest.raises(UserError, match="has only one head, for the task text_classifier: leave task out"):
        zoo.load(tmp_path / "alone", task="mood")


def test_a_call_is_that_of_its_heads(model):
    inputs = {"token_ids": np.array([[2, 5, 6, 3]], np.int32)}
    found = model({"mood": inputs})
    assert list(found) == ["mood"]
    np.testing.assert_array_equal(found["mood"]["logits"], model.head("mood")(inputs)["logits"])


@pytest.mark.parametrize(
    "heads, message",
    [
        ({}, "heads must be names with a task each"),
        ({"a/b": {"task": "text_classifier"}}, "name of a head must be letters"),
        ({"a": {"task": "multi_task"}}, "the head a must have a task of its own"),
        ({"a": "text_classifier"}, "the head a must have a task of its own"),
        ({"a": {"task": "seq2seq_lm"}}, "unknown task of the family roberta"),
        ({"a": {"task": "text_classifier", "options": {"lables": ["x"]}}}, "unknown option of the task"),
        ({"a": {"task": "text_classifier", "options": {"labels": []}}}, "labels must be different names"),
    ],
)
def test_bad_heads(heads, message):
    with pytest.raises(UserError, match=message):
        zoo.create("roberta_tiny", task="multi_task", options={"heads": heads}, num_layers=1)
