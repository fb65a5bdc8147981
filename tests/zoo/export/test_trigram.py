"""A trigram's sparse table as a SavedModel and in LiteRT."""

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.probabilistic import count_sparse_ngrams
from langzoo.layers.probabilistic.trigram_table import context_keys
from langzoo.layers.text import WordTokenizer

from tests.checks.export import DECODINGS, check_export, check_litert, generation

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "猫"]
TEXT = np.array([1, 2, 3, 4, 1, 5, 2, 1, 2, 3, 1, 2, 3, 4])


@pytest.fixture(scope="module")
def trigram():
    firsts = np.concatenate([[0], TEXT[:-2] + 1])
    size = len(WORDS)
    keys = context_keys(firsts, TEXT[:-1], size)
    counts = count_sparse_ngrams([(keys, TEXT[1:])], size, context_keys=(size + 1) * size)
    sizes = {"num_contexts": len(counts[0]), "num_trigrams": len(counts[2])}
    model = zoo.create("trigram", tokenizer=WordTokenizer(WORDS), **sizes)
    model.head.set_counts(*counts)
    return model


@pytest.mark.slow
def test_saved_model(trigram, tmp_path):
    texts = ["", "the cat sat the cat sat", "猫", b"the \xff", "sat"]
    check_export(trigram, [lambda m: m.score(texts), *generation(texts, decodings=[{}, *DECODINGS])], tmp_path)


@pytest.mark.slow
def test_litert(trigram, tmp_path):
    """64-bit keys and the binary search over them need no operator that LiteRT lacks."""
    report, entry = check_litert(trigram, tmp_path / "litert", prefill_lengths=[8])
    assert set(entry["signatures"]["decode"]["inputs"]) == {"token_ids", "before"}
    assert report.agreement == 1
