"""Checks of inputs inside a graph."""

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf


def checked_inputs(inputs: Mapping[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the inputs after checking every rule; otherwise a later failure may be reported instead.

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
    """An operation that fails with the first violated rule: a single one for all, which costs a small model less.

    Args:
        rules: R messages.
        holds: bool tensor (R,).
    """
    broken = tf.gather(tf.constant(rules), tf.argmin(tf.cast(holds, tf.int32)))
    return tf.debugging.Assert(tf.reduce_all(holds), [broken])


def id_rules(name: str, ids: Any, size: int) -> dict[str, Any]:
    """Rules that ids (B, T) have at least one column, in [0, size): a GPU would read zeros where a CPU fails."""
    return {
        f"{name} must be at least 0 and below {size}": tf.reduce_all((ids >= 0) & (ids < size)),
        f"{name} must have at least one column": tf.shape(ids)[1] > 0,
    }


def row_rule(name: str, values: Any, texts: Any, *, row: str) -> dict[str, Any]:
    """The rule that an option has one value for all texts (B,), or one each; `row` is the name of a text."""
    return {size_message(name, row): (tf.size(values) == 1) | (tf.size(values) == tf.size(texts))}


def size_message(name: str, row: str) -> str:
    """The message of `row_rule` for an option."""
    return f"{name} must be one number, or one per {row}"


def length_rule(name: str, ids: Any, longest: int | None) -> dict[str, Any]:
    """The rule that there is a position for each of the ids (B, T); none if there is no limit."""
    if longest is None:
        return {}
    return {f"{name} must have at most {longest} columns, one a position": tf.shape(ids)[1] <= longest}
