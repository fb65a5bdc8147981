"""Packing a question with the windows of a long text, in NumPy: the same rule as in graphs.

Devlin et al. 2018, "BERT", section 4.2, and `run_squad.py` of its repository. Needs no TensorFlow.
"""

from collections.abc import Sequence

import numpy as np

from ..errors import UserError
from .packing_rule import parts_of_row, places_of_first_segment, room_for_texts, separators_between

LEAST_ROOM = 8
"""The minimum number of tokens of the context in a window, in addition to the question."""


def window_starts(count: int, room: int, stride: int) -> np.ndarray:
    """Returns the first token of each window of a context; at least one window.

    The next window begins `stride` tokens later, or half a window if that is less, so that any span shorter than half a
    window is entirely within one.

    Args:
        count: number of tokens of the context.
        room: number of tokens of a window.
        stride: number of tokens between the starts of two windows.

    Example:
        >>> window_starts(20, 8, 128).tolist(), window_starts(8, 8, 128).tolist()
        ([0, 4, 8, 12], [0])
    """
    step = min(stride, max(room // 2, 1))
    return np.arange(1 + -(-max(count - room, 0) // step)) * step


def room_for_context(questions: Sequence[int], *, max_length: int, style: str) -> list[int]:
    """Returns the number of tokens of the context that fit into a window with each question.

    Args:
        questions: number of tokens of each question.
        max_length: number of tokens of a window, including special ones.
        style: one of `packing_rule.STYLES`.

    Raises:
        UserError: a question leaves less than `LEAST_ROOM`.

    Example:
        >>> room_for_context([10, 20], max_length=64, style="bert")
        [51, 41]
    """
    whole = room_for_texts(max_length, pair=True, style=style)
    for number, size in enumerate(questions, start=1):
        if size > whole - LEAST_ROOM:
            raise UserError(
                f"question {number} has {size:,} tokens, and a window of {max_length:,} holds at most "
                f"{whole - LEAST_ROOM:,} beside the text (max_length): shorten it"
            )
    return [whole - size for size in questions]


def packed_window(
    question: Sequence[int], window: Sequence[int], *, start_id: int, closing_id: int, style: str
) -> tuple[list[int], list[int]]:
    """Packs a question and a window of the context into a row: its ids, and the segment of each.

    Example:
        >>> packed_window([5], [6, 7], start_id=2, closing_id=3, style="bert")
        ([2, 5, 3, 6, 7, 3], [0, 0, 0, 1, 1, 1])
    """
    parts = parts_of_row([start_id], list(question), list(window), [closing_id], style=style)
    ids = [token_id for part in parts for token_id in part]
    first = places_of_first_segment(len(question), style=style)
    return ids, [int(first is not None and place >= first) for place in range(len(ids))]


def context_place(question: int, *, style: str) -> int:
    """Returns the position in a row of the context's first token, after a question of that many tokens."""
    return 1 + question + separators_between(style)
