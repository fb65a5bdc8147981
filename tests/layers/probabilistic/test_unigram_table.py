import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.probabilistic import UnigramTable

from tests.checks.layer import check_layer

COUNTS = np.array([3, 0, 7, 1])
EXPECTED = (COUNTS + 0.5) / (11 + 0.5 * 4)


def make(counts=COUNTS):
    table = UnigramTable(4, pseudo_count=0.5)
    table.set_counts(counts)
    return table


def test_contract_and_formula():
    _, logits = check_layer(make, np.array([[0, 1, 2], [3, 3, 3]], np.int32), mixed_precision=False)
    np.testing.assert_allclose(np.exp(logits), np.broadcast_to(EXPECTED, (2, 3, 4)), rtol=1e-6)


def test_negative_log_likelihood_is_that_of_the_targets():
    contexts, targets = np.zeros((2, 2), np.int32), np.array([[0, 1], [2, 3]])
    result = make().negative_log_likelihood(contexts, targets)
    assert result.dtype == tf.float32
    np.testing.assert_allclose(result, -np.log(EXPECTED).reshape(2, 2), rtol=1e-7)


def test_without_counts_all_words_are_equal():
    np.testing.assert_allclose(UnigramTable(5)(np.array([[0]])), np.full((1, 1, 5), -np.log(5)), rtol=1e-6)


def test_stays_float32_under_mixed_precision():
    table = UnigramTable(4, dtype="mixed_bfloat16")
    assert table(np.array([[0]])).dtype == tf.float32
    assert table.negative_log_likelihood(np.array([[0]]), np.array([[0]])).dtype == tf.float32


def test_counts_beyond_float32_are_exact():
    # 2^24 + 1 is no float32: the two words would have equal counts.
    table = make(np.array([2**40 + 1, 2**40, 0, 0]))
    nll = table.negative_log_likelihood(np.zeros((1, 2), np.int32), np.array([[0, 1]])).numpy()
    assert table.counts.numpy().tolist() == [2**40 + 1, 2**40, 0, 0]
    np.testing.assert_allclose(nll, [[np.log(2), np.log(2)]], rtol=1e-6)


def test_nothing_is_trained():
    assert make().trainable_weights == [] and [w.dtype for w in make().weights] == ["int64"]


@pytest.mark.parametrize(
    "counts, message",
    [
        (np.array([1, 2, 3]), r"counts must be integers of shape \(4,\), not int64 of shape \(3,\)"),
        (np.array([1.0, 2, 3, 4]), "not float64"),
        (np.array([1, 2, 3, -4]), "counts must not be below 0, not -4"),
    ],
)
def test_counts_are_checked(counts, message):
    with pytest.raises(ValueError, match=message):
        make(counts)


@pytest.mark.parametrize("kwargs", [{"pseudo_count": 0}, {"pseudo_count": float("inf")}, {"vocabulary_size": 0}])
def test_arguments_are_checked(kwargs):
    with pytest.raises(ValueError, match=f"{next(iter(kwargs))} must be"):
        UnigramTable(**{"vocabulary_size": 4, **kwargs})
