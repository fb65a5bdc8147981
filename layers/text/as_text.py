"""Conversion of Python text to a string tensor."""

import reprlib
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ..plain.errors import UserError


def as_text(text) -> tf.Tensor:
    """Makes a string tensor of text.

    Args:
        text: a string tensor () or (B,), str, bytes, or a list, tuple or array of them (B,).

    Returns:
        String tensor () or (B,).

    Raises:
        UserError: a Python string is not Unicode text: it has half a surrogate pair, as broken JSON may.
        ValueError: text is not strings, or of another rank.

    Example:
        >>> as_text([]).shape, as_text(["a", b"b"]).numpy().tolist()
        (TensorShape([0]), [b'a', b'b'])
    """
    tensor = text
    if not tf.is_tensor(text):
        if isinstance(text, list | tuple | np.ndarray) and len(text) == 0:
            return tf.zeros([0], tf.string)  # an empty list would become float32
        try:
            tensor = tf.convert_to_tensor(text)
        except (TypeError, ValueError) as error:
            pieces = text if isinstance(text, Sequence | np.ndarray) and not isinstance(text, str | bytes) else [text]
            if any(isinstance(piece, str) and _is_broken(piece) for piece in pieces):
                raise UserError("text holds half a surrogate pair, which is not Unicode: remove it") from error
            raise ValueError(f"text must be strings of shape () or (B,), got {reprlib.repr(text)}") from error
    if isinstance(tensor, tf.RaggedTensor) or tensor.dtype != tf.string or tensor.shape.rank not in (0, 1):
        raise ValueError(f"text must be strings of shape () or (B,), got {reprlib.repr(text)}")
    return tensor


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
