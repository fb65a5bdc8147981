"""The recurrence of the LSTM as a pure tensor function with its own gradient.

Computations that do not depend on the previous step are kept out of the loop. Forwards this is the projection of the
inputs, which the caller does in one matrix product for all steps. Backwards it is everything except two element-wise
products and one product with the recurrent kernel: the derivatives of the gates are computed for all steps at once
before the loop, and the kernel's gradient is one matrix product after it, where automatic differentiation would add up
one product per step.

Shape legend: T steps, B batch, H hidden. Gate order is Keras': input, forget, candidate, output.
"""

import functools
from typing import Any

import tensorflow as tf

from .recurrence import UNROLLED_STEPS


def lstm_recurrence(
    projected, recurrent_kernel, initial_h, initial_c, *, mask=None, recurrent_dropout_mask=None, for_gradient=True
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Runs the LSTM over time: Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000.

    For each step, with z = projected_t + h_{t-1} R split into z_i, z_f, z_g, z_o:

        c_t = sigmoid(z_f) * c_{t-1} + sigmoid(z_i) * tanh(z_g)
        h_t = sigmoid(z_o) * tanh(c_t)

    Args:
        projected: inputs times kernel plus bias, (T, B, 4H), time first.
        recurrent_kernel: (H, 4H).
        initial_h, initial_c: (B, H).
        mask: boolean (T, B); where false, both states are carried over and the output repeats the last one.
        recurrent_dropout_mask: (B, H), already scaled, the same at every step (Gal & Ghahramani 2016); multiplies
            h_{t-1} on its way into the gates.
        for_gradient: whether to keep the values that the gradient needs. Otherwise only the outputs are kept, and a
            gradient, if requested, is TensorFlow's own.

    Returns:
        outputs (T, B, H), the last h (B, H), the last c (B, H).

    Example:
        >>> outputs, h, c = lstm_recurrence(tf.zeros((3, 2, 16)), tf.zeros((4, 16)), tf.zeros((2, 4)), tf.zeros((2, 4)))
        >>> outputs.shape
        TensorShape([3, 2, 4])
    """
    if projected.shape[0] == 1:  # one step of decoding
        return _unrolled(projected, recurrent_kernel, initial_h, initial_c, recurrent_dropout_mask, mask)
    if not for_gradient and projected.shape[0] is not None and projected.shape[0] <= UNROLLED_STEPS:
        return _unrolled(projected, recurrent_kernel, initial_h, initial_c, recurrent_dropout_mask, mask)
    if not for_gradient:
        (outputs,), h, c = _forward(
            projected, recurrent_kernel, initial_h, initial_c, recurrent_dropout_mask, mask, keep=1
        )
        return outputs, h, c
    run = functools.partial(_recurrence_with_gradient, has_mask=mask is not None)
    if mask is None:
        mask = tf.ones((), tf.bool)
    # (pyright does not know custom_gradient.)
    return run(projected, recurrent_kernel, initial_h, initial_c, recurrent_dropout_mask, mask)  # pyright: ignore[reportReturnType]


def lstm_step(gates, c) -> tuple[tf.Tensor, tf.Tensor]:
    """Runs one step: gates before their non-linearity (B, 4H) and c (B, H) -> the new h and c (B, H).

    Example:
        >>> h, c = lstm_step(tf.zeros((2, 16)), tf.ones((2, 4)))
        >>> c[0, 0].numpy()
        0.5
    """
    z_i, z_f, z_g, z_o = tf.split(gates, 4, axis=-1)
    c = tf.sigmoid(z_f) * c + tf.sigmoid(z_i) * tf.tanh(z_g)
    return tf.sigmoid(z_o) * tf.tanh(c), c


def _unrolled(projected, recurrent_kernel, h, c, dropout, mask):
    outputs = []
    for step, inputs in enumerate(tf.unstack(projected)):
        h, c, _ = _cell(inputs, recurrent_kernel, h, c, None if mask is None else mask[step], dropout=dropout)
        outputs.append(h)
    return tf.stack(outputs), h, c


def _cell(projected, recurrent_kernel, h, c, mask, dropout=None):
    """Runs one step; returns h, c and the gates before their non-linearity, (B, 4H)."""
    gates = projected + tf.matmul(h if dropout is None else h * dropout, recurrent_kernel)  # (B, 4H)
    new_h, new_c = lstm_step(gates, c)
    if mask is not None:
        keep = mask[:, tf.newaxis]
        new_h, new_c = tf.where(keep, new_h, h), tf.where(keep, new_c, c)
    return new_h, new_c, gates


def _recurrence_with_gradient(projected, recurrent_kernel, initial_h, initial_c, dropout, mask, *, has_mask):
    @tf.custom_gradient
    def run(projected, recurrent_kernel, initial_h, initial_c):
        mask_or_none = mask if has_mask else None
        (outputs, cells, gates), h, c = _forward(
            projected, recurrent_kernel, initial_h, initial_c, dropout, mask_or_none
        )

        def gradient(d_outputs, d_h, d_c):
            previous_h = tf.concat([initial_h[tf.newaxis], outputs[:-1]], axis=0)  # (T, B, H)
            previous_c = tf.concat([initial_c[tf.newaxis], cells[:-1]], axis=0)
            d_gates, d_initial_h, d_initial_c = _backward(
                d_outputs, d_h, d_c, gates, cells, previous_c, recurrent_kernel, dropout, mask_or_none
            )
            if dropout is not None:
                previous_h *= dropout
            rows = tf.reshape(previous_h, (-1, recurrent_kernel.shape[0]))  # (T·B, H)
            d_kernel = tf.matmul(rows, tf.reshape(d_gates, (-1, recurrent_kernel.shape[1])), transpose_a=True)
            return d_gates, d_kernel, d_initial_h, d_initial_c

        return (outputs, h, c), gradient

    outcome: Any = run(projected, recurrent_kernel, initial_h, initial_c)
    return outcome


def _forward(projected, recurrent_kernel, initial_h, initial_c, dropout, mask, *, keep=3):
    """Returns outputs (T, B, H), cells (T, B, H) and gates before their non-linearity (T, B, 4H), or the first of them.

    And the last h and c.
    """
    steps = projected.shape[0] if projected.shape[0] is not None else tf.shape(projected)[0]
    dtype, hidden = projected.dtype, initial_h.shape[-1]
    shapes = ((initial_h.shape[0], hidden),) * 2 + ((initial_h.shape[0], 4 * hidden),)
    arrays = tuple(tf.TensorArray(dtype, steps, element_shape=shape) for shape in shapes[:keep])

    def body(step, h, c, arrays):
        h, c, gates = _cell(
            projected[step], recurrent_kernel, h, c, None if mask is None else mask[step], dropout=dropout
        )
        values = (h, c, gates)[:keep]
        return step + 1, h, c, tuple(array.write(step, value) for array, value in zip(arrays, values, strict=True))

    _, h, c, arrays = tf.while_loop(
        lambda step, *_: step < steps,
        body,
        (tf.constant(0), initial_h, initial_c, arrays),
        maximum_iterations=steps,
    )
    return tuple(array.stack() for array in arrays), h, c


def _backward(d_outputs, d_h, d_c, gates, cells, previous_c, recurrent_kernel, dropout, mask):
    """Returns the gradients of the gates before their non-linearity (T, B, 4H), of the first h and of the first c."""
    static = gates.shape[0] is not None and gates.shape[1] is not None
    f, h_to_c, factors = (_compiled_derivatives if static else _derivatives)(gates, cells, previous_c)
    if mask is not None:
        # A step that was skipped has the output of the step before it; here its own gates get no gradient.
        keep = tf.cast(mask, gates.dtype)[:, :, tf.newaxis]
        h_to_c, f, factors = h_to_c * keep, f * keep + (1 - keep), factors * keep
    steps = gates.shape[0] if gates.shape[0] is not None else tf.shape(gates)[0]
    array = tf.TensorArray(gates.dtype, steps, element_shape=gates.shape[1:])

    def body(step, d_h, d_c, array):
        d_h = d_h + d_outputs[step]
        d_c = d_c + d_h * h_to_c[step]
        d_gates = tf.concat([d_c, d_c, d_c, d_h], axis=-1) * factors[step]  # (B, 4H)
        carried = tf.matmul(d_gates, recurrent_kernel, transpose_b=True)
        if dropout is not None:
            carried *= dropout
        if mask is not None:
            carried += d_h * (1 - keep[step])
        return step - 1, carried, d_c * f[step], array.write(step, d_gates)

    _, d_h, d_c, array = tf.while_loop(
        lambda step, *_: step >= 0, body, (steps - 1, d_h, d_c, array), maximum_iterations=steps
    )
    return array.stack(), d_h, d_c


def _derivatives(gates, cells, previous_c):
    """For all steps at once: the forget gate, dh_t / dc_t, and what leads to the gradient of each gate.

    The last, (T, B, 4H), is what dc_t (first three quarters) and dh_t (last one) are multiplied by.
    """
    z_i, z_f, z_g, z_o = tf.split(gates, 4, axis=-1)
    i, f, g, o = tf.sigmoid(z_i), tf.sigmoid(z_f), tf.tanh(z_g), tf.sigmoid(z_o)
    tanh_c = tf.tanh(cells)
    factors = tf.concat([g * i * (1 - i), previous_c * f * (1 - f), i * (1 - g * g), tanh_c * o * (1 - o)], axis=-1)
    return f, o * (1 - tanh_c * tanh_c), factors


# Two dozen element-wise operations over the whole sequence: XLA makes one pass of them.
_compiled_derivatives = tf.function(_derivatives, jit_compile=True, autograph=False)
