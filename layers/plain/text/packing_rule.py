"""Packing texts with special tokens, for graphs and plain Python. Needs no TensorFlow."""

from collections.abc import Callable, Sequence
from typing import Any

STYLES = ("bert", "roberta")


def packing_style(kind: str) -> str:
    """Returns the style for models with a tokenizer of this kind: RoBERTa's for byte-level BPE, otherwise BERT's.

    Example:
        >>> packing_style("wordpiece"), packing_style("bpe")
        ('bert', 'roberta')
    """
    return "roberta" if kind == "bpe" else "bert"


def separators_between(style: str) -> int:
    """Returns the number of separators between the two texts of a pair."""
    return 2 if style == "roberta" else 1


def room_for_texts(max_length: int, *, pair: bool, style: str) -> int:
    """Returns the number of tokens available for one text, or for both of a pair.

    Example:
        >>> room_for_texts(128, pair=False, style="bert"), room_for_texts(128, pair=True, style="roberta")
        (126, 124)
    """
    return max_length - (2 + separators_between(style) if pair else 2)


def kept_lengths(
    first: Any, second: Any, room: int, *, minimum: Callable = min, maximum: Callable = max
) -> tuple[Any, Any]:
    """Returns the lengths to which a pair is truncated: the longer text first, until both are equal, then both.

    This is `truncation=True` of Hugging Face. If the room is odd, the longer one keeps one token more, or the second if
    they are equal.

    Args:
        first, second: their lengths; integers, or tensors of them.
        room: number of tokens for both.
        minimum, maximum: functions of two such numbers.

    Example:
        >>> kept_lengths(9, 3, 10), kept_lengths(9, 8, 9), kept_lengths(2, 3, 9)
        ((7, 3), (5, 4), (2, 3))
    """

    def kept(length, other, lead):
        share = room // 2 + minimum(maximum(lead, 0), room % 2)
        return minimum(length, maximum(share, room - other))

    return kept(first, second, first - second), kept(second, first, second - first + 1)


def parts_of_row(start: Any, first: Any, second: Any, separator: Any, *, style: str) -> list[Any]:
    """Returns the parts of a row in order: `[CLS] a [SEP]`, or `[CLS] a [SEP] b [SEP]`, or `<s> a </s></s> b </s>`.

    Args:
        start, separator: the special tokens.
        first, second: the texts; second is None if there is only one.
        style: one of `STYLES`.
    """
    if second is None:
        return [start, first, separator]
    return [start, first, *[separator] * separators_between(style), second, separator]


def places_of_first_segment(length: Any, *, style: str) -> Any:
    """Returns the number of positions of a pair's row that are in segment 0; None if all are.

    Args:
        length: length of the truncated first text.
        style: one of `STYLES`.
    """
    return length + 1 + separators_between(style) if style == "bert" else None


def packed_row(
    first: Sequence[int],
    second: Sequence[int] | None = None,
    *,
    start_id: int,
    closing_id: int,
    max_length: int,
    style: str,
) -> tuple[list[int], list[int]]:
    """Packs a text, or a pair, like `SequencePacker`, in plain Python.

    Args:
        first, second: ids; second is None if there is only one text.
        start_id, closing_id: the special tokens before and after a text.
        max_length: the maximum number of tokens, including special ones.
        style: one of `STYLES`.

    Returns:
        The ids, and the segment of each.

    Example:
        >>> packed_row([5, 5], [6], start_id=2, closing_id=3, max_length=8, style="bert")
        ([2, 5, 5, 3, 6, 3], [0, 0, 0, 0, 1, 1])
    """
    room = max(room_for_texts(max_length, pair=second is not None, style=style), 0)
    if second is None:
        kept_first, kept_second = first[:room], None
    else:
        lengths = kept_lengths(len(first), len(second), room)
        kept_first, kept_second = first[: lengths[0]], second[: lengths[1]]
    parts = parts_of_row([start_id], kept_first, kept_second, [closing_id], style=style)
    ids = [token_id for part in parts for token_id in part]
    in_first = None if kept_second is None else places_of_first_segment(len(kept_first), style=style)
    return ids, [int(in_first is not None and place >= in_first) for place in range(len(ids))]
