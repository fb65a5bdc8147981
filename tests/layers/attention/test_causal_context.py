import numpy as np
import tensorflow as tf
from langzoo.layers.attention import CausalContext, empty_cache


def cache(length, slots=4):
    state = empty_cache(1, batch_size=len(length), max_length=slots, num_heads=1, head_dim=1)
    return {**state, "length": tf.constant(length)}


def rows(*values):
    """(B, 1, T, 1)."""
    return tf.constant(values, tf.float32)[:, tf.newaxis, :, tf.newaxis]


def test_without_a_state_it_is_a_triangle():
    context = CausalContext(tf.zeros((2, 3), tf.int32))
    assert context.mask().numpy().astype(int).tolist() == [[[[1, 0, 0], [1, 1, 0], [1, 1, 1]]]]
    assert context.mask(window=1).numpy()[0, 0].astype(int).tolist() == np.eye(3, dtype=int).tolist()
    assert context.past(0) is None and context.state_after([]) == {}


def test_rows_of_unequal_length_see_their_own_slots():
    context = CausalContext(tf.zeros((2, 2), tf.int32), cache([1, 3]))
    assert context.positions.numpy().tolist() == [[1, 2], [3, 4]]
    mask = context.mask().numpy().astype(int)[:, 0].tolist()
    assert mask[0] == [[1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 1, 1]]
    assert mask[1] == [[1, 1, 1, 0, 1, 0], [1, 1, 1, 0, 1, 1]]
    windowed = context.mask(window=2).numpy().astype(int)[1, 0].tolist()
    assert windowed == [[0, 0, 1, 0, 1, 0], [0, 0, 0, 0, 1, 1]]


def test_new_rows_go_behind_the_old_ones_and_padding_goes_nowhere():
    state = {**cache([1, 2]), "layer_0_keys": rows([9.0, 0, 0, 0], [8.0, 7, 0, 0])}
    mask = tf.constant([[True, True], [True, False]])
    context = CausalContext(tf.zeros((2, 2), tf.int32), state, padding_mask=mask)
    after = context.state_after([(rows([1.0, 2], [3, 4]), rows([1.0, 2], [3, 4]))])
    assert after["length"].numpy().tolist() == [3, 3]
    assert after["layer_0_keys"].numpy()[:, 0, :, 0].tolist() == [[9, 1, 2, 0], [8, 7, 3, 0]]
    assert after["layer_0_values"].numpy()[:, 0, :, 0].tolist() == [[0, 1, 2, 0], [0, 0, 3, 0]]


def test_what_does_not_fit_is_left_out():
    state = cache([3, 4])
    context = CausalContext(tf.zeros((2, 2), tf.int32), state, max_sequence_length=4)
    assert context.positions.numpy().tolist() == [[3, 3], [3, 3]]  # There is no vector for a position beyond.
    after = context.state_after([(rows([1.0, 2], [3, 4]), rows([1.0, 2], [3, 4]))])
    assert after["layer_0_keys"].numpy()[:, 0, :, 0].tolist() == [[0, 0, 0, 1], [0, 0, 0, 0]]


def test_one_token_at_a_time():
    state = cache([0, 2])
    after = CausalContext(tf.zeros((2, 1), tf.int32), state).state_after([(rows([5.0], [6]), rows([5.0], [6]))])
    assert after["layer_0_keys"].numpy()[:, 0, :, 0].tolist() == [[5, 0, 0, 0], [0, 0, 6, 0]]
    assert after["length"].numpy().tolist() == [1, 3]
