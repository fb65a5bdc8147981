"""Single-head attention that aligns the words of a target with those of a source."""

from typing import Any

import keras
import tensorflow as tf

from ..dense import Dense
from ..masks import attention_bias

SCORES = ("dot", "general", "additive")


@keras.saving.register_keras_serializable(package="langzoo")
class AlignmentAttention(keras.layers.Layer):
    """The mean of a source's vectors, weighted by how well each fits a state of the decoder.

    With a state h and the vectors m_s of the source, the weights are the softmax over s of

        dot:       h · m_s
        general:   h · W m_s
        additive:  v · tanh(U h + W m_s)

    The first two are Luong et al. 2015 (arXiv:1508.04025, equation 8), whose "concat" is the third; the third is
    also that of Bahdanau et al. 2015 (arXiv:1409.0473, section 3.1). The keys W m_s, which do not depend on the state,
    are computed once, by `project`, and used for every decoded word.

    Args:
        score: "dot", "general" or "additive".
        kernel_initializer: initializer of all matrices.
        **kwargs: arguments of `keras.layers.Layer`.

    Call arguments:
        queries: (B, T, H).
        keys: (B, S, H), from `project`.
        values: (B, S, D), the source's vectors; for "dot", D is H.
        mask: bool (B, S), which of them count.

    Returns:
        A dict: `outputs` (B, T, D) and `attention_weights` (B, T, S), rows that sum to 1.

    Raises:
        ValueError: for a score that is not listed.

    Example:
        >>> layer = AlignmentAttention("general")
        >>> layer.build((None, None, 4), (None, None, 6))
        >>> memory = tf.zeros((1, 3, 6))
        >>> found = layer(tf.zeros((1, 2, 4)), layer.project(memory), memory, tf.constant([[True, True, False]]))
        >>> found["outputs"].shape, found["attention_weights"][0, 0].numpy().tolist()
        (TensorShape([1, 2, 6]), [0.5, 0.5, 0.0])
    """

    def __init__(
        self,
        score="general",
        *,
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        if score not in SCORES:
            raise ValueError(f"AlignmentAttention: score must be one of {', '.join(SCORES)}, not {score!r}")
        self.supports_masking = True  # The mask is an argument.
        self.score = score
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)

    def build(self, queries_shape, values_shape, *other_shapes):
        """Creates the weights; `values_shape` is the shape of the source's vectors."""
        del other_shapes
        units = queries_shape[-1]
        if self.score != "dot":
            self.key = self._dense(units, "key", values_shape[-1])
        if self.score == "additive":
            self.query = self._dense(units, "query", units)
            self.energy = self._dense(1, "energy", units)
        self.built = True

    def _dense(self, units, name, input_dim):
        initializer = self.kernel_initializer.clone()
        layer = Dense(units, use_bias=False, kernel_initializer=initializer, dtype=self.dtype_policy, name=name)
        layer.build((None, None, input_dim))
        return layer

    def project(self, values):
        """Returns the keys (B, S, H) of a source's vectors (B, S, D)."""
        return values if self.score == "dot" else self.key(values)

    def call(self, queries, keys, values, mask):
        """See the class."""
        if self.score == "additive":
            queries = self.query(queries)
            scores = self.energy(tf.tanh(queries[:, :, tf.newaxis] + keys[:, tf.newaxis]))[..., 0]  # (B, T, S)
        else:
            scores = tf.matmul(queries, keys, transpose_b=True)
        scores = tf.cast(scores, tf.float32) + attention_bias(mask)[:, tf.newaxis]
        weights = tf.cast(tf.nn.softmax(scores), values.dtype)
        return {"outputs": tf.matmul(weights, values), "attention_weights": weights}

    def get_config(self):
        """The constructor's arguments."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {**super().get_config(), "score": self.score, "kernel_initializer": initializer}
