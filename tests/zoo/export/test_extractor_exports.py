"""A span extractor answers alike live, as a SavedModel on raw text and as a LiteRT file."""

import keras
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, WordPieceTokenizer
from langzoo.serving import open_lite_file
from langzoo.serving.exported_model import ExportedModel
from langzoo.zoo.export import export_litert, export_saved_model

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b", "##a", ".", "?", "the", "cat", "猫", "e"]
QUESTIONS = ["the cat ?", "a ?", "", "猫"]
# The first is of many windows, in the second a character is several tokens, the last has none that is known.
CONTEXTS = ["  the  cat.\n" + "猫abba Cat " * 30, "e\u0301 \x01 a\u00e9", "cat  ", "xyz \u4e00 \U0001f600!"]


@pytest.fixture(scope="module", params=["wordpiece", "byte"])
def exported(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("extractor")
    tokenizer = WordPieceTokenizer(PIECES) if request.param == "wordpiece" else ByteTokenizer()
    keras.utils.set_random_seed(3)  # weights with which some questions have no answer
    options = {"max_length": 32, "stride": 9, "max_answer_tokens": 4, "no_answer_threshold": 0.25}
    model = zoo.create(
        "electra_tiny", task="span_extractor", tokenizer=tokenizer, options=options, initializer_range=0.5, num_layers=1
    )
    export_saved_model(model, folder / "saved")
    report = export_litert(model, folder / "lite")
    return model, ExportedModel(folder / "saved"), open_lite_file(report.path)


@pytest.mark.ci
def test_the_same_answers_live_and_exported(exported):
    live, *others = exported
    answers = live.answer(QUESTIONS, CONTEXTS, count=7)
    assert len(answers[0]["candidates"]) == 7
    assert {answer["text"] == "" for answer in answers} == {True, False}  # some have none
    for context, answer in zip(CONTEXTS, answers, strict=True):
        for each in [answer, *answer["candidates"]]:
            assert context[each["start"] : each["end"]] == each["text"] == each["text"].strip()
        assert answer["candidates"][0]["text"]
    for model in others:
        for expected, found in zip(answers, model.answer(QUESTIONS, CONTEXTS, count=7), strict=True):
            assert [scores(each) for each in (found, *found["candidates"])] == [
                pytest.approx(scores(each), abs=2e-5) for each in (expected, *expected["candidates"])
            ]
            assert found["text"] == expected["text"]
            assert spans(found) == spans(expected)
        assert model.answer([], []) == []


def scores(answer):
    return [answer["score"], answer.get("no_answer_score", 0.0)]


def spans(answer):
    return {(each["start"], each["end"]) for each in answer["candidates"]}


@pytest.mark.ci
def test_what_cannot_be_asked_is_told_alike(exported):
    for model in exported:
        with pytest.raises(UserError, match="every question needs a text"):
            model.answer(["a"])
        with pytest.raises(UserError, match="the text of question 2 is empty"):
            model.answer(["a", "b"], ["a", "  "])
        with pytest.raises(UserError, match=r"question.* has .*tokens"):
            model.answer(["a ", "a " * 40], ["a", "a"])
        with pytest.raises(ValueError, match="as many"):
            model.answer(["a"], ["a", "b"])
        with pytest.raises(UserError, match="count"):
            model.answer(["a"], ["a"], count=0)
