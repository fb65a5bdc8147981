"""Python strings as tensors."""

from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from ..layers.plain.text_batch import text_batch


def string_batch(texts: Iterable[str] | Iterable[bytes], name: str, *, beside: Any = None) -> tf.Tensor:
    """String tensor (B,).

    Args:
        texts: list of strings, or of bytes, which are taken as they are.
        name: of the argument.
        beside: other texts, of which there must be as many.

    Raises:
        UserError: a text is not Unicode.
        ValueError: one string, or not strings, or not as many.

    Example:
        >>> string_batch(["猫"], "texts").shape
        TensorShape([1])
    """
    encoded = text_batch(texts, name, beside=beside)
    return tf.constant(encoded, tf.string, shape=[len(encoded)])
