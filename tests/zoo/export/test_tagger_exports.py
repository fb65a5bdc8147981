"""A tagger answers alike live, as a SavedModel on raw text and as a LiteRT file, Viterbi included."""

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer
from langzoo.serving import open_lite_file
from langzoo.serving.exported_model import ExportedModel
from langzoo.zoo.export import export_litert, export_saved_model

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b", "##a", ".", "the", "cat", "猫"]
LABELS = ["O", "B-X", "I-X"]
# The last is longer than a row.
TEXTS = ["the  cat. a", "", "猫abba 猫 " + "ab cat " * 60, "e\u0301 \x01 @user"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tagger")
    options = {"labels": LABELS, "head": "crf", "intents": ["ask", "tell"]}
    tokenizer = WordPieceTokenizer(PIECES)
    model = zoo.create(
        "roberta_tiny", task="token_tagger", tokenizer=tokenizer, options=options, initializer_range=0.5, num_layers=1
    )
    export_saved_model(model, folder / "saved")
    report = export_litert(model, folder / "lite", lengths=[model.max_sequence_length])
    return model, ExportedModel(folder / "saved"), open_lite_file(report.path)


@pytest.mark.ci
def test_the_same_answers_live_and_exported(exported):
    live, *others = exported
    answers = live.answer(TEXTS)
    assert [len(answer["words"]) for answer in answers] == [4, 0, 123, 3]
    for model in others:
        for expected, found in zip(answers, model.answer(TEXTS), strict=True):
            shares = found.pop("probabilities")
            assert shares == pytest.approx(expected["probabilities"], abs=1e-5)
            assert found == {name: value for name, value in expected.items() if name != "probabilities"}
        assert model.answer([]) == []
        with pytest.raises(UserError, match="reads no pairs"):
            model.answer(["a"], ["b"])
        with pytest.raises(UserError):
            model.classify(["a"])
