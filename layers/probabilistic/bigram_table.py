"""A table of bigram counts."""

import keras
import numpy as np
import tensorflow as tf

from .sparse_rows import add_integers, check_integers, dense_rows, find_sorted
from .unigram_table import UnigramTable


@keras.saving.register_keras_serializable(package="langzoo")
class BigramTable(keras.layers.Layer):
    """p(w|w') = (count(w', w) + m p(w)) / (count(w') + m), with p(w) of a `UnigramTable`.

    The hierarchical Dirichlet language model (MacKay & Peto 1995, Natural Language Engineering 1(3)): m is the weight
    of the unigram prior, in tokens. A context that never occurred gives p(w) for every m > 0, and so it does for m = 0,
    which is the limit; with m = 0 a pair that never occurred after a context that did has probability 0 and logit -inf.

    It has the interface of a language-model head, with the context in place of the hidden state. Nothing is trained.
    Counts are exact integers, kept as compressed sparse rows: 12 bytes per pair and 20 per word (10,000 words and
    265,000 pairs of the Penn Treebank: 3.4 MB; a dense table: 400 MB).

    Args:
        vocabulary_size: words, V.
        num_bigrams: distinct pairs that the table holds, so that a saved table can be built before its counts are read;
            0 is the table of a model that has seen nothing. V + num_bigrams must stay below 2^31.
        prior_strength: m, at least 0. Between 100 and 300 is best on the Penn Treebank.
        pseudo_count: a of the unigram prior, above 0.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `contexts` int (B, T), the word before, in [0, V); returns logits float32 (B, T, V), already normalised:
    they are log p(w|w'), natural logarithm, whatever the dtype policy. Meant for the few positions of decoding: every
    position reads min(V, num_bigrams) entries, about 30 bytes of memory each. Scoring a corpus is
    `negative_log_likelihood`. A context or target outside [0, V) raises `tf.errors.InvalidArgumentError` on a CPU;
    under XLA it is clamped.

    Raises:
        ValueError: for an argument outside the ranges above.

    Example:
        >>> from .count_ngrams import count_ngrams
        >>> text = np.array([0, 1, 0, 1, 2])
        >>> counts = count_ngrams([(text[:-1], text[1:])], 3)
        >>> table = BigramTable(3, num_bigrams=len(counts[2]), prior_strength=1.0)
        >>> table.set_counts(*counts)
        >>> tf.exp(table(tf.constant([[0]]))).numpy().round(4)  # (0 + 2/7) / 3, (2 + 3/7) / 3, (0 + 2/7) / 3
        array([[[0.0952, 0.8095, 0.0952]]], dtype=float32)
    """

    def __init__(self, vocabulary_size, *, num_bigrams=0, prior_strength=150.0, pseudo_count=1.0, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(num_bigrams, int) or isinstance(num_bigrams, bool) or num_bigrams < 0:
            raise ValueError(f"BigramTable: num_bigrams must be an int of at least 0, not {num_bigrams!r}")
        if not 0 <= prior_strength < float("inf"):
            raise ValueError(f"BigramTable: prior_strength must be at least 0 and finite, not {prior_strength!r}")
        self.prior = UnigramTable(vocabulary_size, pseudo_count=pseudo_count, dtype=self.dtype_policy, name="prior")
        if num_bigrams > vocabulary_size**2 or num_bigrams + vocabulary_size >= 2**31:
            raise ValueError(
                f"BigramTable: num_bigrams must be at most vocabulary_size squared, and both together below 2^31, "
                f"not {num_bigrams!r} with {vocabulary_size!r} words"
            )
        self.vocabulary_size = vocabulary_size
        self.num_bigrams = num_bigrams
        self.prior_strength = prior_strength
        self.pseudo_count = pseudo_count
        # No row is longer. Known before the counts are, so that all shapes are static for XLA and LiteRT.
        self._longest_row = min(vocabulary_size, num_bigrams)
        # Here and not in build: counts are set before the table is first called.
        self.row_starts = add_integers(self, "row_starts", vocabulary_size + 1, "int32")
        self.columns = add_integers(self, "columns", num_bigrams, "int32")
        self.counts = add_integers(self, "counts", num_bigrams, "int64")
        self.context_counts = add_integers(self, "context_counts", vocabulary_size, "int64")
        self.built = True

    def set_counts(self, unigram_counts, row_starts, columns, counts):
        """Sets the four results of `count_ngrams`.

        Args:
            unigram_counts: integers (V,), how often each word occurs.
            row_starts: integers (V+1,), where each context's row starts.
            columns: integers (num_bigrams,), the words that follow it, rising within a row.
            counts: integers (num_bigrams,), how often; at least 1.

        Raises:
            ValueError: for another shape or dtype, or rows that are not as described.
        """
        row_starts, columns, counts = np.asarray(row_starts), np.asarray(columns), np.asarray(counts)
        arrays = (
            ("row_starts", row_starts, self.vocabulary_size + 1),
            ("columns", columns, self.num_bigrams),
            ("counts", counts, self.num_bigrams),
        )
        check_integers("BigramTable", arrays)
        if row_starts[0] != 0 or row_starts[-1] != self.num_bigrams or (np.diff(row_starts) < 0).any():
            raise ValueError(f"BigramTable: row_starts must rise from 0 to num_bigrams, {self.num_bigrams}")
        rows = np.repeat(np.arange(self.vocabulary_size), np.diff(row_starts))
        if self.num_bigrams:
            if columns.min() < 0 or columns.max() >= self.vocabulary_size:
                raise ValueError(
                    f"BigramTable: columns must lie in [0, {self.vocabulary_size}), "
                    f"not reach from {columns.min()} to {columns.max()}"
                )
            if (np.diff(rows * self.vocabulary_size + columns) <= 0).any():
                raise ValueError("BigramTable: columns must rise within every row")
            if counts.min() < 1:
                raise ValueError(f"BigramTable: counts must be at least 1, not {counts.min()}")
        totals = np.zeros(self.vocabulary_size, np.int64)
        np.add.at(totals, rows, counts.astype(np.int64))
        self.prior.set_counts(unigram_counts)
        self.row_starts.assign(row_starts.astype(np.int32))
        self.columns.assign(columns.astype(np.int32))
        self.counts.assign(counts.astype(np.int64))
        self.context_counts.assign(totals)

    def call(self, contexts):
        """Returns log p(w|w') at every position, float32 (B, T, V)."""
        # float32, for LiteRT has no float64 arithmetic.
        flat = tf.reshape(contexts, (-1,))  # (N,)
        prior = self.prior.probabilities()[tf.newaxis]  # (1, V)
        total = tf.cast(tf.gather(tf.convert_to_tensor(self.context_counts), flat), tf.float32)[:, tf.newaxis]
        mass = self._row_counts(flat) + self.prior_strength * prior  # (N, V)
        # With m = 0 an unseen context would be 0 / 0; with m > 0 both branches are equal there.
        probabilities = tf.where(total > 0, mass / (total + self.prior_strength), prior)
        shape = tf.concat([tf.shape(contexts), [self.vocabulary_size]], axis=0)
        return tf.reshape(tf.math.log(probabilities), shape)

    def _row_counts(self, contexts):
        """Returns count(w', w) of all w, float32 (N, V), for contexts (N,)."""
        if not self.num_bigrams:
            return tf.zeros((tf.shape(contexts)[0], self.vocabulary_size))
        columns, counts = tf.convert_to_tensor(self.columns), tf.convert_to_tensor(self.counts)
        shape = {"longest": self._longest_row, "width": self.vocabulary_size}
        return dense_rows(*self._row(contexts), columns, counts, **shape)

    def _row(self, contexts):
        """Returns where the contexts' rows start and end."""
        row_starts = tf.convert_to_tensor(self.row_starts)
        return tf.gather(row_starts, contexts), tf.gather(row_starts, contexts + 1)

    def negative_log_likelihood(self, contexts, targets):
        """Returns -log p(target|context), in float64, by binary search and without a tensor of size V per position.

        Args:
            contexts: int (B, T), each in [0, V).
            targets: int (B, T), each in [0, V).

        Returns:
            float32 (B, T), natural logarithm; inf where m = 0 and the pair never occurred after a context that did.
        """
        prior = self.prior.probability_of(targets, tf.float64)
        total = tf.cast(tf.gather(tf.convert_to_tensor(self.context_counts), contexts), tf.float64)
        count = tf.cast(self._pair_counts(contexts, targets), tf.float64)
        mixed = (count + self.prior_strength * prior) / (total + self.prior_strength)
        return tf.cast(-tf.math.log(tf.where(total > 0, mixed, prior)), tf.float32)

    def _pair_counts(self, contexts, targets):
        """Returns count(w', w), int64, of the shape of both."""
        if not self.num_bigrams:
            return tf.zeros_like(targets, tf.int64)
        columns, counts = tf.convert_to_tensor(self.columns), tf.convert_to_tensor(self.counts)
        start, end = self._row(contexts)
        entry, found = find_sorted(columns, tf.cast(targets, tf.int32), start, end, longest=self._longest_row)
        return tf.where(found, tf.gather(counts, entry), tf.zeros((), tf.int64))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, None, self.vocabulary_size)

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "num_bigrams": self.num_bigrams,
            "prior_strength": self.prior_strength,
            "pseudo_count": self.pseudo_count,
        }
