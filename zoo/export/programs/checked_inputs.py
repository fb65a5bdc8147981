"""Rules of inputs inside a graph."""

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf


def checked_inputs(inputs: Mapping[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs, to be had only after every rule holds: otherwise a later failure may be the one that is told.

    Args:
        inputs: name -> tensor.
        rules: message -> bool scalar tensor; a false one is a `tf.errors.InvalidArgumentError` with that message.

    Example:
        >>> checked_inputs({"x": tf.constant(3)}, {"x must be above 0": tf.constant(True)})["x"].numpy()
        np.int32(3)
    """
    if not rules:
        return dict(inputs)
    with tf.control_dependencies([all_hold([*rules], tf.stack([*rules.values()]))]):
        return {name: tf.identity(tensor) for name, tensor in inputs.items()}


def all_hold(rules: Sequence[str], holds: Any) -> tf.Operation:
    """An operation that fails with the first rule that does not hold: one for all, which costs a small model less.

    Args:
        rules: R messages.
        holds: bool tensor (R,).
    """
    broken = tf.gather(tf.constant(rules), tf.argmin(tf.cast(holds, tf.int32)))
    return tf.debugging.Assert(tf.reduce_all(holds), [broken])


def id_rules(name: str, ids: Any, size: int) -> dict[str, Any]:
    """That ids (B, T) are at least one column of numbers in [0, size): a GPU would read zeros where a CPU stops."""
    return {
        f"{name} must be at least 0 and below {size}": tf.reduce_all((ids >= 0) & (ids < size)),
        f"{name} must have at least one column": tf.shape(ids)[1] > 0,
    }


def row_rule(name: str, values: Any, texts: Any, *, row: str) -> dict[str, Any]:
    """That an option has one value for all texts (B,), or one each; `row` is what a text is called."""
    return {size_message(name, row): (tf.size(values) == 1) | (tf.size(values) == tf.size(texts))}


def size_message(name: str, row: str) -> str:
    """What `row_rule` says of an option."""
    return f"{name} must be one number, or one per {row}"


def length_rule(name: str, ids: Any, longest: int | None) -> dict[str, Any]:
    """That ids (B, T) have a position each; no rule where there is no bound."""
    if longest is None:
        return {}
    return {f"{name} must have at most {longest} columns, one a position": tf.shape(ids)[1] <= longest}
