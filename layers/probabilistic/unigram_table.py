"""A table of unigram counts."""

import keras
import numpy as np
import tensorflow as tf


@keras.saving.register_keras_serializable(package="langzoo")
class UnigramTable(keras.layers.Layer):
    """p(w) = (count(w) + a) / (N + a V): the same distribution after every context.

    The posterior mean under a symmetric Dirichlet prior (Laplace's rule of succession for a = 1; Jurafsky & Martin,
    Speech and Language Processing, chapter 3). It has the interface of a language-model head, with the context in the
    hidden state's place. Nothing is trained: counts are exact int64 weights, zero until `set_counts`, which is the
    uniform distribution.

    Args:
        vocabulary_size: words, V.
        pseudo_count: a, above 0, so that no word is impossible.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `contexts` int (B, T), of which only the shape is used; returns logits float32 (B, T, V), already
    normalised: they are log p(w), natural logarithm, whatever the dtype policy.

    Raises:
        ValueError: if vocabulary_size is not a positive int or pseudo_count is not above 0 and finite.

    Example:
        >>> table = UnigramTable(3)
        >>> table.set_counts(np.array([2, 0, 5]))
        >>> tf.exp(table(tf.constant([[0]]))).numpy().round(3)
        array([[[0.3, 0.1, 0.6]]], dtype=float32)
    """

    def __init__(self, vocabulary_size, *, pseudo_count=1.0, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(vocabulary_size, int) or isinstance(vocabulary_size, bool) or vocabulary_size < 1:
            raise ValueError(f"UnigramTable: vocabulary_size must be a positive int, not {vocabulary_size!r}")
        if not 0 < pseudo_count < float("inf"):
            raise ValueError(f"UnigramTable: pseudo_count must be above 0 and finite, not {pseudo_count!r}")
        self.vocabulary_size = vocabulary_size
        self.pseudo_count = pseudo_count
        # Here and not in build: counts are set before the table is first called.
        self.counts = self.add_weight(
            name="counts", shape=(vocabulary_size,), dtype="int64", initializer="zeros", trainable=False
        )
        self.built = True

    def set_counts(self, counts):
        """Sets the counts of all words, e.g. the first result of `count_ngrams`.

        Args:
            counts: integers (V,), none below 0.

        Raises:
            ValueError: for another shape, a dtype that is not integer, or a count below 0.
        """
        counts = np.asarray(counts)
        if counts.shape != (self.vocabulary_size,) or not np.issubdtype(counts.dtype, np.integer):
            raise ValueError(
                f"UnigramTable: counts must be integers of shape ({self.vocabulary_size},), "
                f"not {counts.dtype} of shape {counts.shape}"
            )
        if counts.min() < 0:
            raise ValueError(f"UnigramTable: counts must not be below 0, not {counts.min()}")
        self.counts.assign(counts.astype(np.int64))

    def probabilities(self, dtype=tf.float32):
        """Returns p(w) of every word, (V,)."""
        counts = tf.convert_to_tensor(self.counts)
        return (tf.cast(counts, dtype) + self.pseudo_count) / self._mass(counts, dtype)

    def probability_of(self, words, dtype=tf.float64):
        """Returns p(w) of the given words, int of any shape, in the same shape."""
        counts = tf.convert_to_tensor(self.counts)
        return (tf.cast(tf.gather(counts, words), dtype) + self.pseudo_count) / self._mass(counts, dtype)

    def _mass(self, counts, dtype):
        """N + a V; N is summed in integers, exactly."""
        return tf.cast(tf.reduce_sum(counts), dtype) + self.pseudo_count * self.vocabulary_size

    def call(self, contexts):
        """Returns log p(w) at every position, float32 (B, T, V)."""
        shape = tf.concat([tf.shape(contexts), [self.vocabulary_size]], axis=0)
        return tf.broadcast_to(tf.math.log(self.probabilities()), shape)

    def negative_log_likelihood(self, contexts, targets):
        """-log p(target), computed in float64, without a tensor of size V per position.

        Args:
            contexts: int (B, T), ignored.
            targets: int (B, T), each in [0, V).

        Returns:
            float32 (B, T), natural logarithm.
        """
        return tf.cast(-tf.math.log(self.probability_of(targets)), tf.float32)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, None, self.vocabulary_size)

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "pseudo_count": self.pseudo_count,
        }
