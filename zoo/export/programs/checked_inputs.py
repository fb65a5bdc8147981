"""Rules of inputs inside a graph."""

from collections.abc import Mapping
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
    with tf.control_dependencies([tf.debugging.Assert(holds, [rule]) for rule, holds in rules.items()]):
        return {name: tf.identity(tensor) for name, tensor in inputs.items()}


def id_rules(name: str, ids: Any, size: int) -> dict[str, Any]:
    """That ids (B, T) are at least one column of numbers in [0, size): a GPU would read zeros where a CPU stops."""
    return {
        f"{name} must be at least 0 and below {size}": tf.reduce_all((ids >= 0) & (ids < size)),
        f"{name} must have at least one column": tf.shape(ids)[1] > 0,
    }


def row_rule(name: str, values: Any, texts: Any, *, row: str) -> dict[str, Any]:
    """That an option has one value for all texts (B,), or one each; `row` is what a text is called."""
    return {f"{name} must be one number, or one a {row}": (tf.size(values) == 1) | (tf.size(values) == tf.size(texts))}


def length_rule(name: str, ids: Any, longest: int | None) -> dict[str, Any]:
    """That ids (B, T) have a position each; no rule where there is no bound."""
    if longest is None:
        return {}
    return {f"{name} must have at most {longest} columns, one a position": tf.shape(ids)[1] <= longest}
