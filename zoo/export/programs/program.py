"""What an export can be asked, and the conversation that it is tried in."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ....layers.plain.errors import UserError
from .call import Call
from .signature import Signature

if TYPE_CHECKING:
    from ...tasks import TextModel

SAMPLE_TOKENS = 4096
"""Of real text that a file is tried on, at most."""

MAX_LENGTH = 65_536
"""The longest prompt or text of a file whose model has no positions to run out of."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """The signatures of an export, those of a LiteRT file all of static shapes, for one text.

    Attributes:
        signatures: name -> `Signature`.
        rehearsals: lists of calls in which the export must answer as the live model does.
        rows: inputs (1, K, S, d) of which a signature puts out the new rows alone, (1, K, T, d): the caller writes as
            many of them as `length` grew by into the slots from `length` on. So no call copies a cache.
        facts: what the manifest says of the file, as JSON values.
    """

    signatures: Mapping[str, Signature]
    rehearsals: Sequence[Sequence[Call]]
    rows: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, signatures: Mapping[str, Signature]) -> "Program":
        """Signatures that are tried on their examples, each by itself."""
        asked = [(name, example) for name, signature in signatures.items() for example in signature.examples]
        return cls(signatures=signatures, rehearsals=[[Call(signature=name, inputs=inputs)] for name, inputs in asked])


@functools.singledispatch
def litert_program(model: "TextModel", *, sample: Sequence[str] | None = None, **lengths: Any) -> Program:
    """What a LiteRT file of a model can be asked, and how it is tried; registered for the class of each task.

    Args:
        model: with its tokenizer.
        sample: real text to try it on, in the form that the task reads from files.
        **lengths: those that must be fixed, as the task names them.

    Raises:
        UserError: the model has no tokenizer; or its task is not exported.
        ValueError: a length is below 1.
    """
    raise UserError(f"{model.name} is a {model.task} model, which is not exported; use it from its run directory")


def lines_of(sample: Sequence[str]) -> Iterator[str]:
    """The lines of texts that hold something."""
    return (line for text in sample for line in text.splitlines() if line.strip())


def rows_of(signature: Signature) -> tuple[str, ...]:
    """The tensors of a state of which the signature, which reads one token, puts out the new rows alone."""
    outputs = signature.graph.structured_outputs
    return tuple(
        name
        for name, spec in signature.inputs.items()
        if name in outputs and outputs[name].shape.as_list() != spec.shape.as_list()
    )


def padded_row(token_ids, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens as int32 (1, length), 0 behind them, and where they are, bool (1, length).

    Example:
        >>> padded_row([5, 6], 3)[0].tolist(), padded_row([5, 6], 3)[1].tolist()
        ([[5, 6, 0]], [[True, True, False]])
    """
    row = np.zeros((1, length), np.int32)
    row[0, : len(token_ids)] = token_ids
    return row, np.arange(length)[np.newaxis] < len(token_ids)


def need_length(name: str, value: int, longest: int | None = None) -> int:
    """The length, or the longest if that is less.

    Raises:
        ValueError: it is no positive int; or there is no longest, and it is over `MAX_LENGTH`: tensors are that long.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"export_litert: {name} must be at least 1, not {value!r}")
    if longest is None and value > MAX_LENGTH:
        raise ValueError(f"export_litert: {name} must be at most {MAX_LENGTH}, not {value}")
    return value if longest is None else min(value, longest)


def need_lengths(name: str, values: Sequence[int], longest: int | None) -> list[int]:
    """The lengths in order, each once, none over the longest; ValueError for none, and as of `need_length`."""
    if not isinstance(values, (list, tuple)):
        raise ValueError(f"export_litert: {name} must be a list of lengths, not {values!r}")
    if not values:
        raise ValueError(f"export_litert: {name} must be at least one length, not none")
    return sorted({need_length(name, value, longest) for value in values})
