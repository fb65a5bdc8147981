"""Python strings as a batch of UTF-8. Needs no TensorFlow."""

from collections.abc import Iterable
from typing import Any

from .errors import UserError
from .option import shown


def text_batch(texts: Any, name: str, *, beside: Any = None) -> list[bytes]:
    """Converts texts to a list of bytes.

    Args:
        texts: list, array or tensor (B,) of strings, or of bytes, which are not changed.
        name: the name of the argument, for messages.
        beside: other texts, which must be as many.

    Raises:
        UserError: a text is not Unicode: it has half a surrogate pair, as broken JSON may.
        ValueError: texts is one string, or not strings, or not as many as the others.

    Example:
        >>> text_batch(["猫", b"cat"], "texts")
        [b'\\xe7\\x8c\\xab', b'cat']
    """
    given = texts.numpy() if hasattr(texts, "numpy") else texts
    rows = None if isinstance(given, str | bytes) or not isinstance(given, Iterable) else _rows(given)
    if rows is None or not all(isinstance(text, str | bytes) for text in rows):
        raise ValueError(f"{name} must be a list of strings, not {shown(texts)}")
    if beside is not None and len(rows) != len(beside):
        raise ValueError(f"{name} must be as many as the other texts, {len(beside)}, not {len(rows)}")
    try:
        return [text.encode("utf-8") if isinstance(text, str) else bytes(text) for text in rows]
    except UnicodeEncodeError:
        raise UserError(f"{name} hold half a surrogate pair, which is not Unicode: remove it") from None


def _rows(texts: Iterable) -> list | None:
    """Returns the texts as a list; None for an array without rows."""
    try:
        return list(texts)
    except TypeError:
        return None
