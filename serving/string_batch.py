"""Python strings as tensors."""

from collections.abc import Sequence

import tensorflow as tf

from ..layers.errors import UserError


def string_batch(texts: Sequence[str], name: str, *, beside: Sequence[str] | None = None) -> tf.Tensor:
    """String tensor (B,).

    Args:
        texts: list of strings.
        name: of the argument.
        beside: other texts, of which there must be as many.

    Raises:
        UserError: a text is not Unicode.
        ValueError: one string, or not strings, or not as many.

    Example:
        >>> string_batch(["猫"], "texts").shape
        TensorShape([1])
    """
    if isinstance(texts, str | bytes) or not all(isinstance(text, str | bytes) for text in texts):
        raise ValueError(f"{name} must be a list of strings, not {texts!r}")
    if beside is not None and len(texts) != len(beside):
        raise ValueError(f"{name} must be as many as the other texts, {len(beside)}, not {len(texts)}")
    try:
        encoded = [text if isinstance(text, bytes) else text.encode("utf-8") for text in texts]
    except UnicodeEncodeError:
        raise UserError(f"{name}: half a surrogate pair, which is not Unicode: remove it") from None
    return tf.constant(encoded, tf.string, shape=[len(encoded)])
