"""A loop over time with a state of several parts, as a pure tensor function."""

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf


def scan_steps(
    step: Callable[[dict[str, Any], dict[str, Any]], tuple[dict[str, Any], dict[str, Any]]],
    series: Mapping[str, Any],
    state: Mapping[str, Any],
    *,
    kept: Mapping[str, int | None],
    length: int | None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Runs a step over time; a single step that is known when tracing needs no loop.

    Args:
        step: a function of the values of the series at one time, each (B, ...), and of the state, that returns the new
            state and the values to keep.
        series: tensors (T, B, ...), time first.
        state: the state before the first step, each (B, ...).
        kept: name and width of the values to keep, (B, width); None if only the running graph knows it.
        length: T, or None if only the running graph knows it.

    Returns:
        The state after the last step, and the kept values of all steps, each (T, B, ...).

    Example:
        >>> def add(now, state):
        ...     total = state["total"] + now["x"]
        ...     return {"total": total}, {"totals": total}
        >>> series, state = {"x": tf.constant([[[1.0]], [[2.0]]])}, {"total": tf.zeros((1, 1))}
        >>> state, found = scan_steps(add, series, state, kept={"totals": 1}, length=2)
        >>> found["totals"].numpy().tolist()
        [[[1.0]], [[3.0]]]
    """
    if length == 1:
        last, found = step({name: each[0] for name, each in series.items()}, dict(state))
        return last, {name: each[tf.newaxis] for name, each in found.items()}
    steps = tf.shape(next(iter(series.values())))[0] if length is None else length
    arrays = {
        name: tf.TensorArray(each.dtype, steps, element_shape=each.shape[1:]).unstack(each)
        for name, each in series.items()
    }
    batch, dtype = next(iter(state.values())).shape[0], next(iter(state.values())).dtype
    written = {name: tf.TensorArray(dtype, steps, element_shape=(batch, width)) for name, width in kept.items()}

    def body(time, state, written):
        state, found = step({name: array.read(time) for name, array in arrays.items()}, state)
        return time + 1, state, {name: array.write(time, found[name]) for name, array in written.items()}

    _, last, written = tf.while_loop(
        lambda time, *_: time < steps, body, (tf.constant(0), dict(state), written), maximum_iterations=steps
    )
    return last, {name: array.stack() for name, array in written.items()}
