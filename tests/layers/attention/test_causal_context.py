import time

import numpy as np
import pytest
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


def keys_after_one_token(lengths, *, open_batch):
    """What stands in the cache once a token more is read: 5 for the first text, 6 for the second."""
    old = np.arange(4 * len(lengths), dtype=np.float32).reshape(-1, 1, 4, 1)
    new = np.arange(5, 5 + len(lengths), dtype=np.float32).reshape(-1, 1, 1, 1)

    def read(lengths, old, new):
        state = {**cache([0]), "length": lengths, "layer_0_keys": old, "layer_0_values": old}
        context = CausalContext(tf.zeros((tf.shape(lengths)[0], 1), tf.int32), state)
        return context.state_after([(new, new)], outputs=[tf.reduce_sum(old)])["layer_0_keys"]

    specs = [tf.TensorSpec([None, *array.shape[1:]], array.dtype) for array in (lengths, old, new)]
    run = tf.function(read, input_signature=specs) if open_batch else read
    return old[:, 0, :, 0].tolist(), run(*map(tf.constant, (lengths, old, new))).numpy()[:, 0, :, 0].tolist()


@pytest.mark.parametrize("open_batch", [False, True])
@pytest.mark.parametrize("lengths", [[2], [0, 2], [3, 3], [1, 1, 1], [4, 2], [4, 4], []])
def test_one_token_at_a_time(lengths, open_batch):
    expected, keys = keys_after_one_token(np.array(lengths, np.int32), open_batch=open_batch)
    for row, length in enumerate(lengths):
        if length < 4:  # a text that fills the cache is over
            expected[row][length] = 5.0 + row
    assert keys == expected


def test_texts_of_one_length_are_written_without_a_copy():
    """Told by time: a step that copies 17 MB twice takes twenty times as long."""
    slots = 2**16

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.int32)])
    def read(lengths, steps):
        state = empty_cache(1, batch_size=tf.shape(lengths)[0], max_length=slots, num_heads=1, head_dim=32)
        row = tf.ones((tf.shape(lengths)[0], 1, 1, 32))

        def step(i, state):
            context = CausalContext(tf.zeros((tf.shape(lengths)[0], 1), tf.int32), state)
            return i + 1, context.state_after([(row, row)])

        _, state = tf.while_loop(lambda i, state: i < steps, step, (0, {**state, "length": lengths}))
        return state["layer_0_keys"][:, 0, :200, 0]

    def seconds(lengths):
        read(tf.constant(lengths), 200)
        start = time.perf_counter()
        written = read(tf.constant(lengths), 200).numpy()
        assert [int(row.sum()) for row in written] == [200 - length for length in lengths]
        return time.perf_counter() - start

    assert seconds([0, 0]) < seconds([0, 1]) / 3
