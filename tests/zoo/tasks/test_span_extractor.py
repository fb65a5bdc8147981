import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer, WordTokenizer

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b", "##a", ".", "?", "猫"]


def extractor(name="electra_tiny", tokenizer=None, **options):
    sizes = {"hidden_dim": 8} if name == "text_bilstm_tiny" else {"initializer_range": 0.5, "num_layers": 1}
    tokenizer = tokenizer or WordPieceTokenizer(PIECES)
    return zoo.create(name, task="span_extractor", tokenizer=tokenizer, options={"max_length": 24, **options}, **sizes)


@pytest.fixture(scope="module")
def model():
    return extractor(max_answer_tokens=3)


def test_the_answer_is_the_span_with_the_highest_sum_of_both_logits(model):
    """Of `ab 猫 b.` after `a ?`, in one window, computed by the call and by hand."""
    ids = [2, 5, 10, 3, 5, 7, 11, 6, 9, 3]  # [CLS] a ? [SEP] a ##b 猫 b . [SEP]
    inputs = {"token_ids": np.array([ids]), "segment_ids": np.array([[0] * 4 + [1] * 6])}
    out = {name: values.numpy()[0] for name, values in model(inputs).items()}
    starts, limits = [0, 1, 4, 6, 7], [1, 2, 5, 7, 8]
    spans = {
        (starts[first], limits[last]): out["start_logits"][4 + first] + out["end_logits"][4 + last]
        for first in range(5)
        for last in range(first, min(first + 3, 5))
    }
    best = sorted(spans, key=spans.__getitem__, reverse=True)
    (answer,) = model.answer(["a ?"], ["ab  猫 b."], count=4)
    assert [(each["start"], each["end"]) for each in answer["candidates"]] == best[:4]
    assert answer["score"] == pytest.approx(spans[best[0]], abs=1e-5)
    nothing = out["start_logits"][0] + out["end_logits"][0]
    assert answer["no_answer_score"] == pytest.approx(nothing - spans[best[0]], abs=1e-5)


def test_spans_of_all_windows_are_told_once():
    tokenizer = WordTokenizer(["<unk>", "<eos>", "a", "b", "?", "猫"])
    model = extractor("text_bilstm_tiny", tokenizer, stride=5, max_answer_tokens=3)  # 243 spans: all are told
    text = "a b " * 40 + "猫 a"
    before = model.answer(["a"], [text], count=1000)[0]["candidates"]
    assert any((each["start"], each["end"]) == (160, 161) for each in before)
    assert len({(each["start"], each["end"]) for each in before}) == len(before)  # one span is told once
    assert all(text[each["start"] : each["end"]] == each["text"] for each in before)


def test_there_is_no_answer_above_the_threshold(model, monkeypatch):
    questions, texts = ["a ?", "b"], ["ab 猫 . b", "b a . 猫"]
    always = model.answer(questions, texts)
    edge = always[0]["no_answer_score"]
    for threshold, is_none in ((edge - 1e-3, True), (edge + 1e-3, False)):
        monkeypatch.setattr(model, "no_answer_threshold", threshold)
        answer = model.answer(questions, texts)[0]
        assert (answer["text"] == "") == is_none
        assert answer["candidates"] == always[0]["candidates"]
    assert all(answer["text"] for answer in always)


def test_weights_are_counted_and_options_kept(tmp_path):
    model = extractor(stride=7, max_answer_tokens=5, no_answer_threshold=-1)
    assert model.count_params() == model.config.parameter_count("span_extractor")
    assert model.options == {"max_length": 24, "stride": 7, "max_answer_tokens": 5, "no_answer_threshold": -1.0}
    zoo.save(model, tmp_path / "run")
    model.no_answer_threshold = 2.0  # which no weight depends on
    zoo.save(model, tmp_path / "run")
    assert zoo.load(tmp_path / "run").options == model.options
    assert zoo.create("roberta_tiny", task="span_extractor").max_length == 128


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_length": 8}, "max_length must be .*16"),
        ({"max_length": 4096}, "max_length must be"),
        ({"stride": 0}, "stride must be"),
        ({"max_answer_tokens": 0}, "max_answer_tokens must be"),
        ({"no_answer_threshold": "0"}, "no_answer_threshold must be a number, or None, not '0'"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(UserError, match=message):
        extractor(**options)


def test_bad_questions(model):
    with pytest.raises(UserError, match="question 2 has 40 tokens, and a window of 24 holds at most 13"):
        model.answer(["a", "a " * 40], ["a", "b"])
    with pytest.raises(UserError, match="the text of question 1 is empty"):
        model.answer(["a"], [" \n"])
    with pytest.raises(UserError, match="every question needs a text"):
        model.answer(["a"])
    with pytest.raises(ValueError, match="pairs must be as many"):
        model.answer(["a"], ["a", "b"])
    assert model.answer([], []) == []
    assert model.answer(["a"], ["\u200b"])[0] | {"score": 0} == {
        "text": "",
        "start": 0,
        "end": 0,
        "score": 0,
        "no_answer_score": 0.0,
        "candidates": [],
    }
