"""Python strings as tensors."""

from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from ..layers.plain.text_batch import text_batch


def string_batch(texts: Iterable[str] | Iterable[bytes], name: str, *, beside: Any = None) -> tf.Tensor:
    """Converts strings to a string tensor (B,).

    Args:
        texts: list of strings, or of bytes, which are not changed.
        name: the name of the argument, for messages.
        beside: other texts, which must be as many.

    Raises:
        UserError: a text is not Unicode.
        ValueError: texts is one string, or not strings, or not as many as the others.

    Example:
        >>> string_batch(["猫"], "texts").shape
        TensorShape([1])
    """
    encoded = text_batch(texts, name, beside=beside)
    return tf.constant(encoded, tf.string, shape=[len(encoded)])
