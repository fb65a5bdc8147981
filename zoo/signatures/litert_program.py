"""What a LiteRT file can be asked, and the conversation that it is tried in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .signature import Signature

Call = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class LiteRTProgram:
    """The signatures of a LiteRT file, all of static shapes, for one text.

    Attributes:
        signatures: name -> `Signature`.
        rehearsals: lists of calls, each a signature's name and inputs, in which the file must answer as the live model
            does. An input that a call is not given is what an earlier call of the same list put out under that name, or
            zero: that is how a state goes in and out.
        facts: what the manifest says of the file, as JSON values.
    """

    signatures: Mapping[str, Signature]
    rehearsals: Sequence[Sequence[Call]]
    facts: Mapping[str, Any]


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
