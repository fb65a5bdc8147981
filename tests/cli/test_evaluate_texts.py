"""`langzoo evaluate --metric bleu`: a sequence-to-sequence model is measured by what it writes."""

import json

import pytest
from langzoo import zoo
from langzoo.trainers.evaluation.metrics import measure
from langzoo.trainers.evaluation.predictions import Predictions

PAIRS = [("the cat", "the mat sat"), ("猫 sat", "the cat"), ("mat", "猫 , 猫")]
METRICS = [word for name in ("bleu", "chrf", "edit_distance") for word in ("--metric", name)]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    path = tmp_path_factory.mktemp("pairs") / "pairs.tsv"
    path.write_text("".join(f"{source}\t{target}\n" for source, target in PAIRS), encoding="utf-8")
    return path


@pytest.mark.ci
def test_figures_are_those_of_the_texts_it_writes(langzoo_run, seq2seq_run, pairs, keep_loaded):
    options = ["--option", "width=2", "--max-tokens", "4"]
    asked = ["evaluate", seq2seq_run, "--data", pairs, *METRICS, *options]
    found = json.loads(langzoo_run(*asked, "--errors", "1", "--json").stdout)
    sources, targets = zip(*PAIRS, strict=True)
    written = [each["text"] for each in zoo.load(seq2seq_run).generate(sources, width=2, max_tokens=4)]
    expected = measure(Predictions("texts", list(targets), written), ["bleu", "chrf", "edit_distance"])
    assert {name: found["metrics"][name] for name in expected} == pytest.approx(expected)
    assert found["perplexity"] > 1
    (worst,) = found["errors"]
    assert worst["texts"]["source"] in sources and worst["reference"] in targets and worst["prediction"] in written
    shown = langzoo_run(*asked).stdout
    assert "edit distance" in shown and f"{expected['chrf']:.6f}" in shown


@pytest.mark.ci  # a file is exported for it
def test_exported_it_writes_the_same(langzoo_run, seq2seq_run, exported, pairs, keep_loaded):
    file = exported(seq2seq_run, "litert")
    figures = [
        json.loads(
            langzoo_run("evaluate", model, "--data", pairs, "--metric", "chrf", "--max-tokens", 9, "--json").stdout
        )["metrics"]
        for model in (seq2seq_run, file)
    ]
    assert figures[0]["chrf"] == pytest.approx(figures[1]["chrf"])


def test_what_does_not_fit(refused, seq2seq_run, word_run, text_file, pairs, keep_loaded):
    assert "--option is for --metric bleu or chrf" in refused(
        "evaluate", seq2seq_run, "--data", pairs, "--option", "width=2"
    )
    line = refused("evaluate", word_run, "--data", text_file, "--metric", "bleu")
    assert "models of this kind are measured only by their loss" in line
    line = refused("evaluate", seq2seq_run, "--data", pairs, "--metric", "chrf", "--option", "widht=2")
    assert "did you mean" in line.lower()
