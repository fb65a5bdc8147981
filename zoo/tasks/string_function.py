"""What a model answers to strings, in a graph."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False, kw_only=True)
class StringFunction:
    """A function of strings to named tensors that exports of a model offer as a signature.

    Attributes:
        answer: takes a tensor of strings (B,) for each of `columns`, in their order, and returns a dict of tensors,
            rows first; runs inside a graph.
        meaning: what is asked and what comes back, for the model card; a sentence without its full stop.
        columns: names of the inputs, "text", "pair", "question" or "context".
        counted: the largest `count` that it takes besides, a last argument: one number for all rows, or one per row, of
            which the largest is given; None where it takes none.
        phrases: further texts on which exports are tried.

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
