import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.embeddings import PositionEmbedding

from tests.checks.layer import check_layer

X = np.zeros((2, 3, 4), np.float32)


def test_contract():
    # Without a start per row there is no batch dimension in the result, so no row to compare.
    check_layer(lambda: PositionEmbedding(8), X, batch_independent=False)
    check_layer(lambda: PositionEmbedding(8), X, call_kwargs={"start_index": 5}, batch_independent=False)


@pytest.mark.parametrize("start", [0, 5, np.array(2), tf.constant(3, tf.int64), np.array([5, 1])])
def test_positions_count_from_the_start(start):
    embedding = PositionEmbedding(8)
    result = embedding(X, start_index=start)
    where = np.asarray(start)[..., np.newaxis] + np.arange(3)
    np.testing.assert_array_equal(result, embedding.get_weights()[0][where])
    traced = tf.function(lambda x, s: embedding(x, start_index=s))
    np.testing.assert_array_equal(traced(X, tf.constant(start)), result)


def test_length_and_start_may_be_unknown_when_tracing():
    embedding = PositionEmbedding(8)
    embedding.build((None, None, 4))
    signature = [tf.TensorSpec((None, None, 4)), tf.TensorSpec((None,), tf.int32)]
    traced = tf.function(lambda x, s: embedding(x, start_index=s), input_signature=signature)
    np.testing.assert_array_equal(traced(X, [5, 0]), embedding(X, start_index=np.array([5, 0])))
    with pytest.raises(tf.errors.InvalidArgumentError):
        traced(X, [6, 0])


@pytest.mark.parametrize("start", [6, -1, tf.constant([0, 6]), np.array([-1, 0])])
def test_positions_outside_are_refused(start):
    with pytest.raises(ValueError, match=r"positions must lie in \[0, 8\), max_sequence_length, not reach from"):
        PositionEmbedding(8)(X, start_index=start)


def test_a_sequence_too_long_is_refused_while_tracing_whatever_the_start():
    embedding = PositionEmbedding(8)
    traced = tf.function(
        lambda x, s: embedding(x, start_index=s),
        input_signature=[tf.TensorSpec((1, 9, 4)), tf.TensorSpec((), tf.int32)],
    )
    with pytest.raises(ValueError, match="not reach from 0 to 8"):
        traced.get_concrete_function()


@pytest.mark.parametrize(
    "start, message", [(1.5, "must be an integer, not float32"), ([[1]], r"not of shape \(1, 1\)")]
)
def test_a_start_of_another_kind_is_refused(start, message):
    with pytest.raises(ValueError, match=message):
        PositionEmbedding(8)(X, start_index=tf.constant(start))


@pytest.mark.parametrize("size", [0, -3, 2.0])
def test_max_sequence_length_is_checked(size):
    with pytest.raises(ValueError, match=f"max_sequence_length must be a positive int, not {size}"):
        PositionEmbedding(size)
