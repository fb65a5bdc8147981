"""The signatures of an export, and the calls that test it."""

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
"""The maximum number of tokens of real text that a file is tested on."""

MAX_LENGTH = 65_536
"""The longest prompt or text of a file whose model has no positions to run out of."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """The signatures of an export; those of a LiteRT file have static shapes, for one text.

    Attributes:
        signatures: name -> `Signature`.
        rehearsals: lists of calls in which the export must answer as the live model does.
        rows: inputs (1, K, S, d) of which a signature returns only the new rows, (1, K, T, d): the caller writes as
            many of them as `length` grew by into the slots from `length` on, so that no call copies a cache.
        facts: entries of the manifest about the file, as JSON values.
    """

    signatures: Mapping[str, Signature]
    rehearsals: Sequence[Sequence[Call]]
    rows: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, signatures: Mapping[str, Signature]) -> "Program":
        """Creates a program of signatures that are tested on their examples, each by itself."""
        asked = [(name, example) for name, signature in signatures.items() for example in signature.examples]
        return cls(signatures=signatures, rehearsals=[[Call(signature=name, inputs=inputs)] for name, inputs in asked])


@functools.singledispatch
def litert_program(model: "TextModel", *, sample: Sequence[str] | None = None, **lengths: Any) -> Program:
    """The signatures of a model's LiteRT file, and the calls that test them; registered for the class of each task.

    Args:
        model: a model with its tokenizer.
        sample: real text to test it on, in the file format of the task.
        **lengths: the fixed lengths, as named by the task.

    Raises:
        UserError: the model has no tokenizer, or its task is not exported.
        ValueError: a length is below 1.
    """
    raise UserError(f"{model.name} is a {model.task} model, which is not exported; use it from its run directory")


def lines_of(sample: Sequence[str]) -> Iterator[str]:
    """The non-empty lines of texts."""
    return (line for text in sample for line in text.splitlines() if line.strip())


def rows_of(signature: Signature) -> tuple[str, ...]:
    """The tensors of a state of which the signature, which reads one token, returns only the new rows."""
    outputs = signature.graph.structured_outputs
    return tuple(
        name
        for name, spec in signature.inputs.items()
        if name in outputs and outputs[name].shape.as_list() != spec.shape.as_list()
    )


def padded_row(token_ids, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens as int32 (1, length), padded with 0, and their mask, bool (1, length).

    Example:
        >>> padded_row([5, 6], 3)[0].tolist(), padded_row([5, 6], 3)[1].tolist()
        ([[5, 6, 0]], [[True, True, False]])
    """
    row = np.zeros((1, length), np.int32)
    row[0, : len(token_ids)] = token_ids
    return row, np.arange(length)[np.newaxis] < len(token_ids)


def need_length(name: str, value: int, longest: int | None = None) -> int:
    """Checks a length and limits it to the longest.

    Raises:
        ValueError: it is not a positive int, or there is no longest and it exceeds `MAX_LENGTH`: tensors are that long.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"export_litert: {name} must be at least 1, not {value!r}")
    if longest is None and value > MAX_LENGTH:
        raise ValueError(f"export_litert: {name} must be at most {MAX_LENGTH}, not {value}")
    return value if longest is None else min(value, longest)


def need_lengths(name: str, values: Sequence[int], longest: int | None) -> list[int]:
    """The sorted lengths, each once, limited to the longest; ValueError if there are none, and as in `need_length`."""
    if not isinstance(values, (list, tuple)):
        raise ValueError(f"export_litert: {name} must be a list of lengths, not {values!r}")
    if not values:
        raise ValueError(f"export_litert: {name} must be at least one length, not none")
    return sorted({need_length(name, value, longest) for value in values})
