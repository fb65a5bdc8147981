"""What a LiteRT file can be asked, and the conversation that it is tried in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .call import Call
from .signature import Signature

SAMPLE_TOKENS = 4096
"""Of real text that a file is tried on, at most."""

MAX_LENGTH = 65_536
"""The longest prompt or text of a file whose model has no positions to run out of."""


@dataclass(frozen=True, kw_only=True)
class LiteRTProgram:
    """The signatures of a LiteRT file, all of static shapes, for one text.

    Attributes:
        signatures: name -> `Signature`.
        rehearsals: lists of calls in which the file must answer as the live model does.
        rows: inputs (1, K, S, d) of which a signature puts out the new rows alone, (1, K, T, d): the caller writes as
            many of them as `length` grew by into the slots from `length` on. So no call copies a cache.
        facts: what the manifest says of the file, as JSON values.
    """

    signatures: Mapping[str, Signature]
    rehearsals: Sequence[Sequence[Call]]
    rows: Sequence[str] = ()
    facts: Mapping[str, Any]


def rows_of(signature: Signature) -> tuple[str, ...]:
    """The tensors of a state of which the signature, which reads one token, puts out the new rows alone."""
    outputs = signature.graph.get_concrete_function().structured_outputs
    return tuple(
        name
        for name, spec in signature.inputs.items()
        if name in outputs and outputs[name].shape.as_list() != spec.shape.as_list()
    )


def pieces_of(length: int, piece: int) -> list[int]:
    """The lengths of pieces.

    Example:
        >>> pieces_of(10, 4)
        [4, 4, 2]
    """
    return [min(piece, length - first) for first in range(0, length, piece)]


def padded_row(token_ids, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens as int32 (1, length), 0 behind them, and where they are, bool (1, length).

    Example:
        >>> padded_row([5, 6], 3)[0].tolist(), padded_row([5, 6], 3)[1].tolist()
        ([[5, 6, 0]], [[True, True, False]])
    """
    row = np.zeros((1, length), np.int32)
    row[0, : len(token_ids)] = token_ids
    return row, np.arange(length)[np.newaxis] < len(token_ids)


def need_length(name: str, value: int) -> None:
    """Raises ValueError for a length that is no positive int."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"export_litert: {name} must be at least 1, not {value!r}")


def need_bounded(name: str, value: int) -> None:
    """Raises ValueError for a length over `MAX_LENGTH`, where no positions bound it: a file's tensors are that long."""
    if value > MAX_LENGTH:
        raise ValueError(f"export_litert: {name} must be at most {MAX_LENGTH}, not {value}")


def need_lengths(name: str, values: Sequence[int], longest: int | None) -> list[int]:
    """The lengths in order, each once, none over the longest; ValueError for none, one below 1 or one beyond bounds."""
    if not values:
        raise ValueError(f"export_litert: {name} must be at least one length, not none")
    for value in values:
        need_length(name, value)
        if longest is None:
            need_bounded(name, value)
    return sorted({value if longest is None else min(value, longest) for value in values})
