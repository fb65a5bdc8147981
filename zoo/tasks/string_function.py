"""Functions of strings inside a graph."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False, kw_only=True)
class StringFunction:
    """A function from strings to named tensors, which exports of a model offer as a signature.

    Attributes:
        answer: the function, which takes a tensor of strings (B,) for each of `columns`, in order, and returns a dict
            of tensors, rows first; it runs inside a graph.
        meaning: a description of the results, for the model card; a sentence without its full stop.
        columns: the names of the inputs, "text", "pair", "question" or "context".
        counted: the largest value of its additional last argument `count`: one number for all rows, or one per row, of
            which the largest is used; None if it takes no count.
        phrases: further texts to test exports on.

    Example:
        >>> import tensorflow as tf
        >>> upper = StringFunction(answer=lambda text: {"upper": tf.strings.upper(text)}, meaning="Capitals")
        >>> upper.answer(tf.constant(["a"]))["upper"].numpy()
        array([b'A'], dtype=object)
    """

    answer: Callable[..., dict[str, Any]]
    meaning: str
    columns: tuple[str, ...] = ("text",)
    counted: int | None = None
    phrases: tuple[str, ...] = ()
