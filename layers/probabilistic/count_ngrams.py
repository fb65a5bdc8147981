"""Counting words and pairs of words in a stream."""

import numpy as np

# Pairs that wait to be merged into the table; sorting them at once keeps the counting linear.
BUFFERED_PAIRS = 1 << 20


def count_ngrams(chunks, vocabulary_size):
    """Counts the targets, and the pairs (context, target), of a stream of pairs.

    Memory follows the number of distinct pairs (24 bytes each while merging), not the length of the stream. Positions
    that do not count, e.g. padding, must be left out by the caller.

    Args:
        chunks: an iterable of (contexts, targets), two integer arrays of the same shape, ids in [0, V).
        vocabulary_size: V, in [1, 2^31).

    Returns:
        A tuple `(unigram_counts, row_starts, columns, counts)`: int64 (V,), how often each id is a target; and the
        pairs as compressed sparse rows: int64 (V+1,), int32 (P,), int64 (P,) for P distinct pairs. Context c was
        followed by `columns[i]` `counts[i]` times, for i in `row_starts[c]:row_starts[c + 1]`; the columns of a row
        rise. `BigramTable.set_counts` takes the four, `UnigramTable.set_counts` the first.

    Raises:
        ValueError: for a chunk whose arrays differ in shape, are not integers, or hold an id outside [0, V).

    Example:
        >>> text = np.array([0, 1, 0, 1, 2])
        >>> unigram_counts, row_starts, columns, counts = count_ngrams([(text[:-1], text[1:])], 3)
        >>> unigram_counts.tolist(), row_starts.tolist(), columns.tolist(), counts.tolist()
        ([1, 2, 1], [0, 1, 3, 3], [1, 0, 2], [2, 1, 1])
    """
    unigram_counts, keys, counts = _counted(chunks, vocabulary_size)
    row_starts = np.searchsorted(keys, np.arange(vocabulary_size + 1, dtype=np.int64) * vocabulary_size)
    return unigram_counts, row_starts.astype(np.int64), (keys % vocabulary_size).astype(np.int32), counts


def _counted(chunks, vocabulary_size):
    """Returns how often each target occurs, and all pairs as rising int64 keys with their counts."""
    if not 1 <= vocabulary_size < 2**31:
        raise ValueError(f"count_ngrams: vocabulary_size must lie in [1, 2^31), not {vocabulary_size!r}")
    unigram_counts = np.zeros(vocabulary_size, np.int64)
    keys, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    buffer, buffered = [], 0
    for contexts, targets in chunks:
        contexts, targets = _checked(contexts, targets, vocabulary_size)
        for start in range(0, len(targets), BUFFERED_PAIRS):
            piece = slice(start, start + BUFFERED_PAIRS)
            np.add.at(unigram_counts, targets[piece], 1)
            # One int64 for a pair.
            buffer.append(contexts[piece].astype(np.int64) * vocabulary_size + targets[piece])
            buffered += len(buffer[-1])
            # A buffer as long as the table makes the merges a fixed number of passes over each pair.
            if buffered >= max(BUFFERED_PAIRS, len(keys)):
                keys, counts = _merged(keys, counts, buffer)
                buffer, buffered = [], 0
    keys, counts = _merged(keys, counts, buffer)
    return unigram_counts, keys, counts


def _checked(contexts, targets, vocabulary_size):
    """Validates both and returns them as flat arrays."""
    contexts, targets = np.asarray(contexts), np.asarray(targets)
    if contexts.shape != targets.shape:
        raise ValueError(
            f"count_ngrams: contexts and targets must have one shape, not {contexts.shape} and {targets.shape}"
        )
    for name, ids in (("contexts", contexts), ("targets", targets)):
        if ids.size and not np.issubdtype(ids.dtype, np.integer):
            raise ValueError(f"count_ngrams: {name} must be integers, not {ids.dtype}")
        if ids.size and (ids.min() < 0 or ids.max() >= vocabulary_size):
            raise ValueError(
                f"count_ngrams: {name} must lie in [0, {vocabulary_size}), not reach from {ids.min()} to {ids.max()}"
            )
    return contexts.ravel(), targets.ravel()


def _merged(keys, counts, buffer):
    """Returns the sorted keys and their counts with the keys in the buffer added."""
    if not buffer:
        return keys, counts
    new_keys, new_counts = np.unique(np.concatenate(buffer), return_counts=True)
    merged_keys = np.union1d(keys, new_keys)
    merged_counts = np.zeros(len(merged_keys), np.int64)
    merged_counts[np.searchsorted(merged_keys, keys)] = counts
    merged_counts[np.searchsorted(merged_keys, new_keys)] += new_counts
    return merged_keys, merged_counts
