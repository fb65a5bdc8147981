"""Classifiers with one, two and six labels against the pipelines of transformers; slow."""

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.text import WordPieceTokenizer
from langzoo.serving import ExportedModel
from langzoo.serving.lite_file import LiteFile
from langzoo.zoo.export import export_hugging_face, export_litert, export_saved_model
from langzoo.zoo.import_model import import_model
from langzoo.zoo.load import load
from langzoo.zoo.model_directory import save

transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.slow

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "on", "mat", "猫"]
TEXTS = ["the cats sat on 猫", "cat", "mat mat the"]
SIX = [f"label {i}" for i in range(6)]
MULTI, REGRESSION = "multi_label_classification", "regression"
CASES = [
    {"labels": ["bad", "good"]},
    {"labels": SIX},
    {"labels": SIX, "problem_type": MULTI},
    {"labels": ["toxic"], "problem_type": MULTI},
    {"labels": SIX, "problem_type": REGRESSION},
    {"labels": ["LABEL_0"]},
    {"labels": ["LABEL_0"], "activation": "sigmoid"},
]


def named(options):
    """Of a case, for people."""
    return "-".join([str(len(options["labels"])), *options])


def numbers(answer):
    """Label -> number of one answer of ours."""
    return answer.get("probabilities") or answer.get("scores") or {"": answer["score"]}


@pytest.mark.parametrize("family", ["bert_nano", "roberta_tiny", "distilbert_tiny", "electra_tiny"])
@pytest.mark.parametrize("options", CASES, ids=named)
def test_pipelines_say_the_same(family, options, tmp_path):
    # transformers counts a RoBERTa's positions by the id 1.
    first = ["[CLS]", "[PAD]", "[SEP]", "[UNK]"] if family == "roberta_tiny" else PIECES[:4]
    tokenizer = WordPieceTokenizer([*first, *PIECES[4:]], lowercase=True)
    sizes = {"initializer_range": 0.5, "max_sequence_length": 24}
    model = zoo.create(family, task="text_classifier", tokenizer=tokenizer, options=options, **sizes)
    export_hugging_face(model, tmp_path / "out")
    theirs = transformers.pipeline(
        "text-classification",
        model=transformers.AutoModelForSequenceClassification.from_pretrained(tmp_path / "out"),
        tokenizer=transformers.BertTokenizer.from_pretrained(tmp_path / "out"),
        top_k=None,
    )
    imported = import_model(tmp_path / "out")
    assert imported.options == model.options
    for each in (model, imported):
        for answer, expected in zip(each.classify(TEXTS), theirs(TEXTS), strict=True):
            found = numbers(answer)
            told = {row["label"]: row["score"] for row in expected}
            if "score" in answer:
                told = {"": next(iter(told.values()))}
            assert found == pytest.approx(told, abs=1e-4)


@pytest.mark.parametrize(
    "options", CASES[2:], ids=lambda options: "-".join(map(str, [len(options["labels"]), *options]))
)
def test_exports_say_the_same(options, tmp_path):
    sizes = {"initializer_range": 0.5, "max_sequence_length": 32, "num_layers": 1}
    tokenizer = WordPieceTokenizer(PIECES)
    model = zoo.create("electra_tiny", task="text_classifier", tokenizer=tokenizer, options=options, **sizes)
    save(model, tmp_path / "run")
    model = load(tmp_path / "run")
    export_saved_model(model, tmp_path / "saved")
    exported = ExportedModel(tmp_path / "saved")
    assert exported.manifest["options"] == model.options
    for arguments in ((TEXTS,), (TEXTS, TEXTS[::-1])):
        for found, expected in zip(exported.classify(*arguments), model.classify(*arguments), strict=True):
            assert list(found) == list(expected) and found.get("labels") == expected.get("labels")
            assert numbers(found) == pytest.approx(numbers(expected), abs=1e-5)
    report = export_litert(model, tmp_path / "lite", lengths=[32])
    assert report.largest_difference < 1e-4
    assert LiteFile.read(report.path).manifest["options"] == model.options


def test_a_reranker_ranks(tmp_path):
    model = zoo.create(
        "bert_nano", task="text_classifier", tokenizer=WordPieceTokenizer(PIECES), options={"labels": ["LABEL_0"]}
    )
    scores = [each["score"] for each in model.classify(["the cat"] * 3, TEXTS)]
    assert len(set(scores)) == 3 and np.isfinite(scores).all()
