"""Texts in batches."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

Texts = TypeVar("Texts", str, tuple[str, ...])

BATCH_BYTES = 16_384  # of text that is read together, padding included: bounds the memory that the numbers take


def text_batches(
    texts: Iterable[Texts], *, max_bytes: int = BATCH_BYTES, max_texts: int | None = None
) -> Iterator[list[Texts]]:
    """Texts, or pairs of them, in their order, so many together that a batch is not large; one at least.

    Args:
        texts: of any number.
        max_bytes: of a batch, each text taking as many as the longest.
        max_texts: of a batch; None for any number.

    Example:
        >>> list(text_batches(["a", "bb", "c"], max_bytes=4))
        [['a', 'bb'], ['c']]
    """
    batch: list[Texts] = []
    longest = 0
    for text in texts:
        size = max(len("".join(text).encode()), 1)  # empty texts take their place too
        longest = max(longest, size)
        if batch and (longest * (len(batch) + 1) > max_bytes or len(batch) == max_texts):
            yield batch
            batch, longest = [], size
        batch.append(text)
    if batch:
        yield batch
