import math
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from langzoo.layers.probabilistic import BigramTable, UnigramTable, count_ngrams

from tests.checks.layer import check_layer

V = 11
# Word 9 is never a context and word 10 never occurs at all.
TEXT = [*np.random.default_rng(0).integers(0, 9, 60).tolist(), 9]


def make(prior_strength=2.5, **kwargs):
    counts = count_ngrams([(np.array(TEXT[:-1]), np.array(TEXT[1:]))], V)
    table = BigramTable(V, num_bigrams=len(counts[2]), prior_strength=prior_strength, pseudo_count=0.5, **kwargs)
    table.set_counts(*counts)
    return table


def expected_probabilities(m):
    """(V, V), pair by pair, from plain counters."""
    pairs, contexts, words = Counter(pairwise(TEXT)), Counter(TEXT[:-1]), Counter(TEXT[1:])
    table = np.zeros((V, V))
    for c in range(V):
        for w in range(V):
            p = (words[w] + 0.5) / (len(TEXT) - 1 + 0.5 * V)
            table[c, w] = (pairs[c, w] + m * p) / (contexts[c] + m) if contexts[c] else p
    return table


ALL = np.arange(V)
EVERY_PAIR = np.repeat(ALL, V).reshape(V, V), np.tile(ALL, V).reshape(V, V)


def test_contract():
    check_layer(make, np.array([[0, 1, 10], [9, 3, 3]], np.int32), mixed_precision=False)


@pytest.mark.parametrize("m", [0.0, 2.5, 1e6])
def test_both_forms_equal_plain_counting(m):
    table, expected = make(m), expected_probabilities(m)
    np.testing.assert_allclose(np.exp(table(ALL[np.newaxis])[0]), expected, rtol=2e-6)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(table.negative_log_likelihood(*EVERY_PAIR), -np.log(expected), rtol=1e-6)


@pytest.mark.parametrize("m", [0.0, 2.5])
def test_logits_are_normalised(m):
    np.testing.assert_allclose(tf.reduce_logsumexp(make(m)(ALL[np.newaxis]), axis=-1), np.zeros((1, V)), atol=1e-6)


def test_without_a_prior_an_unseen_context_gives_the_unigram_and_an_unseen_pair_nothing():
    table = make(0.0)
    np.testing.assert_array_equal(table(np.array([[9]])), table.prior(np.array([[9]])))
    np.testing.assert_array_equal(table.negative_log_likelihood(np.array([[0]]), np.array([[10]])), [[np.inf]])


@pytest.mark.parametrize("jit_compile", [False, True])
def test_negative_log_likelihood_in_a_graph(jit_compile):
    table = make()
    traced = tf.function(table.negative_log_likelihood, jit_compile=jit_compile)
    np.testing.assert_allclose(traced(*EVERY_PAIR), table.negative_log_likelihood(*EVERY_PAIR), rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_ids_of_both_widths(dtype):
    contexts, targets = (ids.astype(dtype) for ids in EVERY_PAIR)
    expected = make().negative_log_likelihood(*EVERY_PAIR)
    np.testing.assert_array_equal(make().negative_log_likelihood(contexts, targets), expected)
    assert make()(contexts).shape == (V, V, V)


def test_an_empty_table_is_the_prior_and_can_be_saved():
    table, prior = BigramTable(5), UnigramTable(5)
    contexts = np.array([[0, 4]], np.int32)
    np.testing.assert_allclose(table(contexts), prior(contexts), rtol=1e-6)
    np.testing.assert_array_equal(
        table.negative_log_likelihood(contexts, contexts), prior.negative_log_likelihood(contexts, contexts)
    )
    check_layer(lambda: BigramTable(5), np.array([[0, 1], [4, 4]], np.int32), mixed_precision=False)


@pytest.mark.parametrize("context, target", [(-1, 0), (V, 0), (0, -1), (0, V)])
def test_ids_outside_the_vocabulary_are_refused(context, target):
    with pytest.raises(tf.errors.InvalidArgumentError):
        make().negative_log_likelihood(np.array([[context]]), np.array([[target]]))


def test_nothing_is_trained_and_nothing_is_dense():
    table = make()
    assert table.trainable_weights == []
    assert max(math.prod(w.shape) for w in table.weights) == max(table.num_bigrams, V + 1)
    assert make(dtype="mixed_bfloat16")(np.array([[0]])).dtype == tf.float32


@pytest.mark.parametrize("length", [1, 3])
def test_litert_equals_live(tmp_path, length):
    table = make()
    archive = keras.export.ExportArchive()
    archive.track(table)
    archive.add_endpoint(
        "serve", lambda ids: {"logits": table(ids)}, [tf.TensorSpec((1, length), tf.int32, name="ids")]
    )
    archive.write_out(str(tmp_path), verbose=False)
    # Builtins only by default: an operation that LiteRT lacks fails here.
    model = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path), signature_keys=["serve"]).convert()
    run = Interpreter(model_content=model).get_signature_runner("serve")
    for start in range(V - length + 1):
        ids = np.arange(start, start + length, dtype=np.int32)[np.newaxis]
        np.testing.assert_allclose(run(ids=ids)["logits"], table(ids), atol=1e-4)


COUNTS = {
    "unigram_counts": np.array([1, 1, 1]),
    "row_starts": np.array([0, 2, 3, 3]),
    "columns": np.array([0, 2, 1]),
    "counts": np.array([1, 1, 1]),
}


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("unigram_counts", [1, 1], "counts must be integers of shape"),
        ("row_starts", [0, 2, 3], r"row_starts must be integers of shape \(4,\)"),
        ("row_starts", [0, 2, 1, 3], "row_starts must rise from 0 to num_bigrams, 3"),
        ("row_starts", [1, 2, 3, 3], "row_starts must rise from 0"),
        ("columns", [2, 0, 1], "columns must rise within every row"),
        ("columns", [0, 0, 1], "columns must rise within every row"),
        ("columns", [0, 3, 1], r"columns must lie in \[0, 3\), not reach from 0 to 3"),
        ("counts", [1, 0, 1], "counts must be at least 1, not 0"),
        ("counts", [1.0, 1.0, 1.0], "counts must be integers"),
    ],
)
def test_counts_are_checked_before_anything_changes(name, value, message):
    table = BigramTable(3, num_bigrams=3)
    table.set_counts(**COUNTS)
    before = table.get_weights()
    with pytest.raises(ValueError, match=message):
        table.set_counts(**{**COUNTS, name: np.array(value)})
    for old, new in zip(before, table.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"num_bigrams": -1},
        {"num_bigrams": 17},
        {"num_bigrams": 1.0},
        {"prior_strength": -0.1},
        {"prior_strength": float("nan")},
        {"pseudo_count": 0.0},
        {"vocabulary_size": 0},
    ],
)
def test_arguments_are_checked(kwargs):
    with pytest.raises(ValueError, match=f"{next(iter(kwargs))} must be"):
        BigramTable(**{"vocabulary_size": 4, **kwargs})


@pytest.mark.data
def test_penn_treebank_perplexity_equals_plain_counting():
    folder = Path(os.environ.get("LANGZOO_DATA", "")) / "ptb"
    if "LANGZOO_DATA" not in os.environ or not (folder / "train.txt").exists():
        pytest.skip("LANGZOO_DATA names no folder with ptb/train.txt")
    train, valid = ((folder / name).read_text().replace("\n", " <eos> ").split() for name in ("train.txt", "valid.txt"))
    ids = {word: i for i, word in enumerate(sorted(set(train)))}
    eos, m, size = ids["<eos>"], 150.0, len(ids)
    train, valid = ([eos, *(ids[word] for word in text)] for text in (train, valid))

    pairs, contexts, words = Counter(pairwise(train)), Counter(train[:-1]), Counter(train[1:])
    total = 0.0
    for c, w in pairwise(valid):
        p = (words[w] + 1.0) / (len(train) - 1 + size)
        total -= math.log((pairs[c, w] + m * p) / (contexts[c] + m))
    expected = math.exp(total / (len(valid) - 1))

    stream = np.array(train, np.int32)
    chunks = ((stream[i : i + 1000][:-1], stream[i : i + 1000][1:]) for i in range(0, len(stream) - 1, 999))
    counts = count_ngrams(chunks, size)
    table = BigramTable(size, num_bigrams=len(counts[2]), prior_strength=m)
    table.set_counts(*counts)
    text = np.array([valid], np.int32)
    nll = table.negative_log_likelihood(text[:, :-1], text[:, 1:]).numpy().astype(np.float64)
    assert math.exp(nll.mean()) == pytest.approx(expected, rel=1e-6)
    assert len(counts[2]) == len(pairs)
