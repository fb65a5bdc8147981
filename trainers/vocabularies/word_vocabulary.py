"""A word vocabulary from text."""

from collections import Counter
from collections.abc import Iterable, Iterator

import tensorflow as tf

from ...layers.text import END_TOKEN, UNKNOWN_TOKEN, as_text, split_words
from .most_frequent import most_frequent

_BATCH_LINES = 8192
_BATCH_CHARACTERS = 2**22


def word_vocabulary(
    lines: Iterable[str],
    *,
    size: int | None = None,
    min_frequency: int = 1,
    lowercase: bool = False,
    split: str = "whitespace",
) -> list[str]:
    """Counts the words of a text and keeps the most frequent.

    The text is split by the same operation as in `WordTokenizer`. It is read once, a few thousand lines at a time;
    memory grows with the number of distinct words only.

    Args:
        lines: pieces of text, with or without their newlines; words do not extend from one to the next.
        size: maximum vocabulary size, including `<unk>` and `<eos>`; None keeps all. Fewer words make a smaller
            vocabulary.
        min_frequency: minimum frequency of a word.
        lowercase: see `WordTokenizer`.
        split: see `WordTokenizer`.

    Returns:
        `<unk>`, `<eos>`, then the words by decreasing frequency, ties in the order of their code points.

    Raises:
        UserError: the text contains no words, or none is frequent enough; or half a surrogate pair.
        ValueError: `size` below 2, `min_frequency` below 1, unknown `split`.

    Example:
        >>> word_vocabulary(["the cat", "the <unk> dog"], size=4)
        ['<unk>', '<eos>', 'the', 'cat']
    """
    if min_frequency < 1:
        raise ValueError(f"min_frequency must be at least 1, got {min_frequency}")
    counts: Counter[str] = Counter()
    for batch in _batches(lines):
        words = split_words(as_text(batch), split=split, lowercase=lowercase).flat_values
        distinct, _, times = tf.unique_with_counts(words, out_idx=tf.int64)
        for word, count in zip(distinct.numpy().tolist(), times.numpy().tolist(), strict=True):
            counts[word.decode()] += count
    for special in (UNKNOWN_TOKEN, END_TOKEN):
        counts.pop(special, None)
    return most_frequent(counts, size=size, min_frequency=min_frequency)


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    if isinstance(lines, str | bytes):
        raise ValueError("lines must be an iterable of strings, not one string")
    batch, characters = [], 0
    for line in lines:
        batch.append(line)
        characters += len(line)
        if len(batch) == _BATCH_LINES or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
