"""A table of the number of texts per class."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf


class ClassTable(keras.layers.Layer):
    """Counts of the texts of C classes, and the prior p(c) = d(c) / d; the base class of tables that add words.

    Args:
        num_classes: C.
        pseudo_count: a, above 0, that is added to every count of words, so that none is impossible.
        **kwargs: arguments of `keras.layers.Layer`.

    Attributes:
        class_counts: int64 weight (C,), zeros before it is set.

    Raises:
        ValueError: pseudo_count is not above 0 and finite.
    """

    def __init__(self, *, num_classes: int, pseudo_count: float = 1.0, **kwargs):
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        if not 0 < pseudo_count < float("inf"):
            raise ValueError(f"{type(self).__name__}: pseudo_count must be above 0 and finite, not {pseudo_count!r}")
        self.num_classes, self.pseudo_count = num_classes, pseudo_count
        self.class_counts: Any = self.add_weight(
            name="class_counts", shape=(num_classes,), dtype="int64", initializer="zeros", trainable=False
        )

    def prior(self) -> np.ndarray:
        """Returns p(c), float64 (C,)."""
        counts = self.class_counts.numpy().astype(np.float64)
        return counts / counts.sum()

    def log_prior(self) -> tf.Tensor:
        """Returns log p(c), float32 (C,); zeros before there is a text: all classes are equally likely."""
        texts = tf.cast(tf.convert_to_tensor(self.class_counts), tf.float32)
        prior = tf.math.log(texts / tf.reduce_sum(texts))
        return tf.where(tf.reduce_sum(texts) > 0, prior, tf.zeros_like(prior))

    def compute_output_shape(self, words_shape):
        """(B, C)."""
        return (words_shape[0], self.num_classes)

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "num_classes": self.num_classes, "pseudo_count": self.pseudo_count}
