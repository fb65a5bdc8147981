"""Splitting texts into batches."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

Texts = TypeVar("Texts", str, tuple[str, ...])

BATCH_BYTES = 16_384  # of text that is read together, padding included: bounds the memory that the numbers take


def text_batches(
    texts: Iterable[Texts], *, max_bytes: int = BATCH_BYTES, max_texts: int | None = None
) -> Iterator[list[Texts]]:
    """Splits texts, or pairs of texts, into batches of limited size, in order; each batch has at least one.

    Args:
        texts: Any number of texts.
        max_bytes: Limit of a batch; each text counts as many as the longest.
        max_texts: Limit of a batch; None for any number.

    Example:
        >>> list(text_batches(["a", "bb", "c"], max_bytes=4))
        [['a', 'bb'], ['c']]
    """
    batch: list[Texts] = []
    longest = 0
    for text in texts:
        size = max(len("".join(text).encode()), 1)  # empty texts take space too
        longest = max(longest, size)
        if batch and (longest * (len(batch) + 1) > max_bytes or len(batch) == max_texts):
            yield batch
            batch, longest = [], size
        batch.append(text)
    if batch:
        yield batch
