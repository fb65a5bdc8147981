"""Learned segment embeddings."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="langzoo")
class SegmentEmbedding(keras.layers.Layer):
    """A learned vector for each of the texts packed into one sequence (Devlin et al. 2019, arXiv:1810.04805).

    Args:
        num_segments: maximum number of texts.
        initializer: initializer of the matrix (segments, D); D is the width of the first x.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `x` (B, T, D) and `segment_ids` int (B, T), or None if all is the first segment. Returns the vectors to
    add to x: (B, T, D), or (D,) for None.

    Example:
        >>> SegmentEmbedding(2)(tf.zeros((1, 3, 4)), tf.constant([[0, 0, 1]])).shape
        TensorShape([1, 3, 4])
    """

    def __init__(self, num_segments, *, initializer: keras.initializers.Initializer | str = "glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        self.num_segments = num_segments
        self.initializer = keras.initializers.get(initializer)

    def build(self, x_shape, *other_shapes, **named_shapes):
        """Creates the matrix of segments."""
        del other_shapes, named_shapes
        shape = (self.num_segments, x_shape[-1])
        self.embeddings = self.add_weight(name="embeddings", shape=shape, initializer=self.initializer)
        self.built = True

    def call(self, x, segment_ids=None):
        """See the class."""
        del x
        embeddings = tf.cast(self.embeddings, self.compute_dtype)
        return embeddings[0] if segment_ids is None else tf.gather(embeddings, segment_ids)

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_segments": self.num_segments,
            "initializer": keras.initializers.serialize(self.initializer),
        }
