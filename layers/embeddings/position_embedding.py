"""Learned position embeddings."""

import keras
import tensorflow as tf

from .positions import positions


@keras.saving.register_keras_serializable(package="langzoo")
class PositionEmbedding(keras.layers.Layer):
    """A learned vector for every position (Gehring et al. 2017, arXiv:1705.03122, section 3.1), as in BERT and GPT-2.

    Args:
        max_sequence_length: number of positions, S.
        initializer: initializer of the matrix (S, D); D is the width of the first x.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `x` (B, T, D) and `start_index`, the position of x's first step: an int, an int scalar tensor or an int
    tensor (B,); or with `position_ids`, int (T,) or (B, T), the position of each step. Returns the vectors to add to x:
    (T, D), or (B, T, D) for a start index of shape (B,) or ids of shape (B, T).

    Raises:
        ValueError: if max_sequence_length is not a positive int, or a position is known to lie outside [0, S) when
            the layer is called or traced. A position that only the running graph knows raises
            `tf.errors.InvalidArgumentError` on a CPU; on a GPU it reads zeros and under XLA the nearest position.

    Example:
        >>> embedding = PositionEmbedding(8)
        >>> x = tf.zeros((2, 3, 4))
        >>> embedding(x).shape, embedding(x, start_index=tf.constant([0, 5])).shape
        (TensorShape([3, 4]), TensorShape([2, 3, 4]))
    """

    def __init__(
        self, max_sequence_length, *, initializer: keras.initializers.Initializer | str = "glorot_uniform", **kwargs
    ):
        super().__init__(**kwargs)
        if not isinstance(max_sequence_length, int) or isinstance(max_sequence_length, bool) or max_sequence_length < 1:
            raise ValueError(
                f"PositionEmbedding: max_sequence_length must be a positive int, not {max_sequence_length!r}"
            )
        self.max_sequence_length = max_sequence_length
        self.initializer = keras.initializers.get(initializer)

    def build(self, x_shape, *other_shapes, **named_shapes):
        """Creates the matrix of positions."""
        del other_shapes, named_shapes
        shape = (self.max_sequence_length, x_shape[-1])
        self.embeddings = self.add_weight(name="embeddings", shape=shape, initializer=self.initializer)
        self.built = True

    def call(self, x, start_index=0, position_ids=None):
        """Returns the vectors of the positions of x, (T, D) or (B, T, D)."""
        if position_ids is not None:
            return tf.gather(tf.cast(self.embeddings, self.compute_dtype), position_ids)
        where = positions(x, start_index)
        self._check_range(x.shape[1], tf.get_static_value(tf.convert_to_tensor(start_index)))
        return tf.gather(tf.cast(self.embeddings, self.compute_dtype), where)

    def _check_range(self, length, start):
        """Checks positions that are known now; a length or start of None is known only to the running graph."""
        if length == 0 or (start is not None and start.size == 0):
            return
        first, last = (0, 0) if start is None else (start.min(), start.max())
        last += 0 if length is None else length - 1
        if first < 0 or last >= self.max_sequence_length:
            raise ValueError(
                f"PositionEmbedding: positions must lie in [0, {self.max_sequence_length}), max_sequence_length, "
                f"not reach from {first} to {last}"
            )

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "max_sequence_length": self.max_sequence_length,
            "initializer": keras.initializers.serialize(self.initializer),
        }
