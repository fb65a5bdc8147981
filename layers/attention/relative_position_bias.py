"""Relative positions as a bias of attention scores."""

import math

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="langzoo")
class RelativePositionBias(keras.layers.Layer):
    """A learned number per head for every bucket of distances (Raffel et al. 2020, arXiv:1910.10683, section 2.1; T5).

    Half of the buckets of a direction are one distance each; the others grow with the logarithm up to `max_distance`,
    beyond which all distances share the last.

    Args:
        num_heads: H.
        num_buckets: rows of the table; in both directions, half of them each.
        max_distance: the distance from which all share the last bucket.
        bidirectional: False if keys are never after the query (decoders): those all share bucket 0.
        initializer: initializer of the table (buckets, H).
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `query_positions` int (T,) or (B, T) and `key_positions` int (S,) or (B, S); returns float32
    (1 or B, H, T, S), to be added to attention scores.

    Example:
        >>> RelativePositionBias(2)(tf.range(3), tf.range(3)).shape
        TensorShape([1, 2, 3, 3])
    """

    def __init__(
        self,
        num_heads,
        *,
        num_buckets=32,
        max_distance=128,
        bidirectional=True,
        initializer: keras.initializers.Initializer | str = "glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.num_buckets = num_buckets
        self.max_distance = max_distance
        self.bidirectional = bidirectional
        self.initializer = keras.initializers.get(initializer)

    def build(self, *shapes):
        """Creates the table."""
        del shapes
        shape = (self.num_buckets, self.num_heads)
        # Scores are float32, whatever the dtype policy.
        self.embeddings = self.add_weight(name="embeddings", shape=shape, initializer=self.initializer, autocast=False)
        self.built = True

    def call(self, query_positions, key_positions):
        """See the class."""
        distance = key_positions[..., tf.newaxis, :] - query_positions[..., :, tf.newaxis]  # (..., T, S)
        bias = tf.gather(tf.cast(self.embeddings, tf.float32), self.buckets(distance))  # (..., T, S, H)
        return tf.transpose(bias, (0, 3, 1, 2)) if bias.shape.rank == 4 else tf.transpose(bias, (2, 0, 1))[tf.newaxis]

    def buckets(self, distance):
        """Returns the bucket, int32, of every distance, key position - query position."""
        buckets, first = self.num_buckets, tf.zeros_like(distance)
        if self.bidirectional:
            buckets //= 2
            first = tf.where(distance > 0, buckets, 0)
            distance = tf.abs(distance)
        else:
            distance = tf.maximum(-distance, 0)
        exact = buckets // 2
        ratio = tf.cast(tf.maximum(distance, 1), tf.float32) / exact
        large = exact + tf.cast(tf.math.log(ratio) / math.log(self.max_distance / exact) * (buckets - exact), tf.int32)
        return first + tf.where(distance < exact, distance, tf.minimum(large, buckets - 1))

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "num_buckets": self.num_buckets,
            "max_distance": self.max_distance,
            "bidirectional": self.bidirectional,
            "initializer": keras.initializers.serialize(self.initializer),
        }
