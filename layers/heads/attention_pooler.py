"""Pooling by learned attention weights."""

from typing import Any

import keras
import tensorflow as tf

from ..dense import Dense
from ..masks import attention_bias


@keras.saving.register_keras_serializable(package="langzoo")
class AttentionPooler(keras.layers.Layer):
    """Σ aₜ hₜ with a = softmax(u · tanh(h W + b)) over the tokens (Yang et al. 2016, equations 5 to 7).

    Hierarchical Attention Networks for Document Classification, https://aclanthology.org/N16-1174.

    Args:
        kernel_initializer: initializer of W (D, D) and u (D,).
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `hidden` (B, T, D) and `padding_mask` bool (B, T), or None; returns (B, D).

    Example:
        >>> AttentionPooler()(tf.ones((2, 3, 4))).numpy()[0]
        array([1., 1., 1., 1.], dtype=float32)
    """

    def __init__(self, *, kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True  # for masks that Keras attaches to LSTM outputs; this layer uses its argument
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)

    def build(self, hidden_shape, *other_shapes, **named_shapes):
        """Creates the dense layer and the vector that scores tokens."""
        del other_shapes, named_shapes
        self.dense = Dense(
            hidden_shape[-1],
            activation="tanh",
            kernel_initializer=self.kernel_initializer,
            dtype=self.dtype_policy,
            name="dense",
        )
        self.dense.build((None, None, hidden_shape[-1]))
        self.score = Dense(
            1,
            use_bias=False,
            kernel_initializer=self.kernel_initializer.clone(),
            dtype=self.dtype_policy,
            name="score",
        )
        self.score.build((None, None, hidden_shape[-1]))
        self.built = True

    def call(self, hidden, padding_mask=None):
        """See the class."""
        scores = tf.cast(self.score(self.dense(hidden)), tf.float32)  # (B, T, 1)
        if padding_mask is not None:
            scores += tf.expand_dims(attention_bias(padding_mask), -1)
        weights = tf.cast(tf.nn.softmax(scores, axis=1), hidden.dtype)
        return tf.reduce_sum(weights * hidden, axis=1)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, self.dense.units)

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "kernel_initializer": keras.initializers.serialize(self.kernel_initializer)}
