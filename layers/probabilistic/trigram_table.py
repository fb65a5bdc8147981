"""Words by how often they follow two others."""

import keras
import numpy as np
import tensorflow as tf

from .sparse_rows import add_integers, check_integers, dense_rows, find_sorted


@keras.saving.register_keras_serializable(package="langzoo")
class TrigramTable(keras.layers.Layer):
    """p(w|c) = (count(c, w) + a) / (count(c) + a V), with c the two words before.

    Additive smoothing (Lidstone 1920; Jurafsky & Martin, Speech and Language Processing, chapter 3); a context that
    never occurred gives 1 / V. It has the interface of a language-model head, with the context's key in the hidden
    state's place; `context_keys` makes it. Nothing is trained. Counts are exact integers in compressed sparse rows, of
    the contexts that occurred alone: 20 bytes per context and 12 per trigram, never V³.

    Args:
        vocabulary_size: words, V.
        num_contexts: distinct contexts that the table holds, so that a saved table can be built before its counts are
            read; 0 is the table of a model that has seen nothing.
        num_trigrams: distinct trigrams, at least as many.
        pseudo_count: a, above 0.
        **kwargs: of `keras.layers.Layer`.

    Call with `keys` int64 (B, T); returns logits float32 (B, T, V), already normalised: they are log p(w|c), natural
    logarithm, whatever the dtype policy. Meant for the few positions of decoding: every position reads
    min(V, num_trigrams) entries. Scoring a corpus is `negative_log_likelihood`.

    Raises:
        ValueError: for an argument outside the ranges above.

    Example:
        >>> table = TrigramTable(3, num_contexts=1, num_trigrams=2)
        >>> key = context_keys(np.array([1]), np.array([2]), 3)
        >>> table.set_counts(key, np.array([0, 2]), np.array([0, 2]), np.array([3, 1]))
        >>> tf.exp(table(tf.constant([key]))).numpy().round(4)  # 4/7, 1/7, 2/7
        array([[[0.5714, 0.1429, 0.2857]]], dtype=float32)
    """

    def __init__(self, vocabulary_size, *, num_contexts=0, num_trigrams=0, pseudo_count=1.0, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= num_contexts <= num_trigrams < 2**31 or (num_contexts == 0) != (num_trigrams == 0):
            raise ValueError(
                f"TrigramTable: num_contexts and num_trigrams must be 0 <= contexts <= trigrams < 2^31, not "
                f"{num_contexts!r} and {num_trigrams!r}"
            )
        if not 0 < pseudo_count < float("inf"):
            raise ValueError(f"TrigramTable: pseudo_count must be above 0 and finite, not {pseudo_count!r}")
        self.vocabulary_size = vocabulary_size
        self.num_contexts, self.num_trigrams = num_contexts, num_trigrams
        self.pseudo_count = pseudo_count
        self._longest_row = min(vocabulary_size, num_trigrams)
        # Here and not in build: counts are set before the table is first called.
        self.keys = add_integers(self, "keys", num_contexts, "int64")
        self.row_starts = add_integers(self, "row_starts", num_contexts + 1, "int32")
        self.context_counts = add_integers(self, "context_counts", num_contexts, "int64")
        self.columns = add_integers(self, "columns", num_trigrams, "int32")
        self.counts = add_integers(self, "counts", num_trigrams, "int64")
        self.built = True

    def set_counts(self, keys, row_starts, columns, counts):
        """Takes the counts, as compressed sparse rows.

        Args:
            keys: integers (num_contexts,), of `context_keys`, rising.
            row_starts: integers (num_contexts + 1,), rising from 0 to num_trigrams: where each context's entries begin.
            columns: integers (num_trigrams,), in [0, V): the words that follow it, rising within a row.
            counts: integers (num_trigrams,), how often; at least 1.

        Raises:
            ValueError: for another shape or dtype, or rows that are not as described.
        """
        keys, row_starts, columns, counts = (np.asarray(each) for each in (keys, row_starts, columns, counts))
        arrays = (
            ("keys", keys, self.num_contexts),
            ("row_starts", row_starts, self.num_contexts + 1),
            ("columns", columns, self.num_trigrams),
            ("counts", counts, self.num_trigrams),
        )
        check_integers("TrigramTable", arrays)
        if row_starts[0] != 0 or row_starts[-1] != self.num_trigrams or (np.diff(row_starts) < 1).any():
            raise ValueError(f"TrigramTable: row_starts must rise from 0 to num_trigrams, {self.num_trigrams}")
        rows = np.repeat(np.arange(self.num_contexts), np.diff(row_starts))
        follow = np.diff(rows * self.vocabulary_size + columns.astype(np.int64)) > 0
        inside = (columns >= 0) & (columns < self.vocabulary_size)
        if not ((np.diff(keys) > 0).all() and follow.all() and inside.all() and (counts >= 1).all()):
            raise ValueError(
                f"TrigramTable: keys must rise, columns must rise within every row and lie in "
                f"[0, {self.vocabulary_size}), and counts must be at least 1"
            )
        totals = np.zeros(self.num_contexts, np.int64)
        np.add.at(totals, rows, counts.astype(np.int64))
        self.keys.assign(keys.astype(np.int64))
        self.row_starts.assign(row_starts.astype(np.int32))
        self.context_counts.assign(totals)
        self.columns.assign(columns.astype(np.int32))
        self.counts.assign(counts.astype(np.int64))

    def call(self, keys):
        """log p(w|c) at every position, float32 (B, T, V)."""
        flat = tf.reshape(keys, (-1,))  # (N,)
        shape = tf.concat([tf.shape(keys), [self.vocabulary_size]], axis=0)
        if not self.num_contexts:
            return tf.fill(shape, -tf.math.log(tf.cast(self.vocabulary_size, tf.float32)))
        start, end, total = self._row(flat)
        columns, counts = tf.convert_to_tensor(self.columns), tf.convert_to_tensor(self.counts)
        found = dense_rows(start, end, columns, counts, longest=self._longest_row, width=self.vocabulary_size)
        mass = tf.cast(total, tf.float32) + self.pseudo_count * self.vocabulary_size
        return tf.reshape(tf.math.log((found + self.pseudo_count) / mass[:, tf.newaxis]), shape)

    def negative_log_likelihood(self, keys, targets):
        """-log p(target|c), computed in float64, by binary search and without a tensor of size V a position.

        Args:
            keys: int64 (B, T), of the contexts.
            targets: int (B, T), each in [0, V).

        Returns:
            float32 (B, T), natural logarithm.
        """
        if not self.num_contexts:
            return tf.fill(tf.shape(targets), tf.math.log(tf.cast(self.vocabulary_size, tf.float32)))
        start, end, total = self._row(keys)
        columns, targets = tf.convert_to_tensor(self.columns), tf.cast(targets, tf.int32)
        entry, found = find_sorted(columns, targets, start, end, longest=self._longest_row)
        count = tf.where(found, tf.gather(tf.convert_to_tensor(self.counts), entry), tf.zeros((), tf.int64))
        mass = tf.cast(total, tf.float64) + self.pseudo_count * self.vocabulary_size
        return tf.cast(-tf.math.log((tf.cast(count, tf.float64) + self.pseudo_count) / mass), tf.float32)

    def _row(self, keys):
        """Where the contexts' rows start and end, int32, and their totals, int64; an empty row where there is none."""
        start = tf.zeros(tf.shape(keys), tf.int32)
        row, found = find_sorted(
            tf.convert_to_tensor(self.keys), keys, start, start + self.num_contexts, longest=self.num_contexts
        )
        row_starts = tf.convert_to_tensor(self.row_starts)
        start, end = tf.gather(row_starts, row), tf.gather(row_starts, row + 1)
        total = tf.gather(tf.convert_to_tensor(self.context_counts), row)
        return start, tf.where(found, end, start), tf.where(found, total, tf.zeros_like(total))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """Of a call, for `summary`."""
        return (None, None, self.vocabulary_size)

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "num_contexts": self.num_contexts,
            "num_trigrams": self.num_trigrams,
            "pseudo_count": self.pseudo_count,
        }


def context_keys(first, second, vocabulary_size):
    """One int64 for two words before; unique for V below 2^31.

    Args:
        first: int, any shape: 1 + the word before the last, 0 where there is none.
        second: int of that shape, the last word.
        vocabulary_size: V.
    """
    if isinstance(first, np.ndarray):
        return first.astype(np.int64) * vocabulary_size + second
    return tf.cast(first, tf.int64) * vocabulary_size + tf.cast(second, tf.int64)
