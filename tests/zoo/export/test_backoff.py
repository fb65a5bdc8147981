"""A back-off table as a SavedModel and in LiteRT."""

import pytest
from langzoo import zoo
from langzoo.trainers.fitting.smoothing import fit_ngrams

from tests.checks.export import DECODINGS, check_export, check_litert, generation
from tests.checks.sentences import corpus_of, sentences


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    corpus, tokenizer = corpus_of(sentences(), tmp_path_factory.mktemp("text"))
    config = zoo.named_model("kneser_ney_3").config.variant(order=4)
    return fit_ngrams(config, corpus, name="kneser_ney_4", tokenizer=tokenizer)


@pytest.mark.ci
def test_saved_model(fitted, tmp_path):
    texts = ["", "a b c a b c", "猫", b"a \xff", "f"]
    check_export(fitted, [lambda m: m.score(texts), *generation(texts, decodings=[{}, *DECODINGS])], tmp_path)


@pytest.mark.ci
def test_litert(fitted, tmp_path):
    """The search in the rows of each order needs no operator that LiteRT lacks."""
    report, entry = check_litert(fitted, tmp_path / "litert", prefill_lengths=[8])
    assert set(entry["signatures"]["decode"]["inputs"]) == {"token_ids", "before"}
    assert report.agreement == 1
