"""A recurrence with one state, as a pure tensor function."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

UNROLLED_STEPS = 64
"""Sequences known to be this short are unrolled: LiteRT does not support nested loops."""


def recurrence(cell: Callable[[Any, Any], Any], projected: Any, initial_h: Any, *, mask: Any = None) -> tuple[Any, Any]:
    """Runs a cell over time: h_t = cell(projected_t, h_{t-1}).

    Args:
        cell: a function of one step's projected inputs and the state before, both (B, ...), that returns the new state.
        projected: the projected inputs of the cell, (T, B, K), time first.
        initial_h: (B, H).
        mask: boolean (T, B); where false, the state is carried over and the output repeats the last one.

    Returns:
        outputs (T, B, H), the last h (B, H).

    Example:
        >>> outputs, h = recurrence(lambda x, h: x + h, tf.ones((3, 1, 2)), tf.zeros((1, 2)))
        >>> outputs[:, 0, 0].numpy().tolist(), h.numpy().tolist()
        ([1.0, 2.0, 3.0], [[3.0, 3.0]])
    """

    def step(index, h):
        new = cell(projected[index], h)
        return new if mask is None else tf.where(mask[index][:, tf.newaxis], new, h)

    length = projected.shape[0]
    if length is not None and length <= UNROLLED_STEPS:
        h, outputs = initial_h, []
        for index in range(length):
            h = step(index, h)
            outputs.append(h)
        return tf.stack(outputs), h
    steps = tf.shape(projected)[0] if length is None else length

    def body(index, h, array):
        h = step(index, h)
        return index + 1, h, array.write(index, h)

    array = tf.TensorArray(projected.dtype, steps, element_shape=initial_h.shape)
    _, h, array = tf.while_loop(
        lambda index, *_: index < steps, body, (tf.constant(0), initial_h, array), maximum_iterations=steps
    )
    return array.stack(), h
