"""BERT's pooler."""

from typing import Any

import keras

from ..dense import Dense
from .pooling import first_token


@keras.saving.register_keras_serializable(package="langzoo")
class FirstTokenPooler(keras.layers.Layer):
    """tanh(h₀ W + b), h₀ being the first token's vector (Devlin et al. 2019, arXiv:1810.04805).

    Args:
        kernel_initializer: initializer of W (D, D).
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `hidden` (B, T, D); returns (B, D).

    Example:
        >>> import tensorflow as tf
        >>> FirstTokenPooler()(tf.zeros((2, 3, 4))).shape
        TensorShape([2, 4])
    """

    def __init__(self, *, kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)

    def build(self, hidden_shape):
        """Creates the product."""
        self.dense = Dense(
            hidden_shape[-1],
            activation="tanh",
            kernel_initializer=self.kernel_initializer,
            dtype=self.dtype_policy,
            name="dense",
        )
        self.dense.build((None, hidden_shape[-1]))
        self.built = True

    def call(self, hidden):
        """See the class."""
        return self.dense(first_token(hidden))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, self.dense.units)

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "kernel_initializer": keras.initializers.serialize(self.kernel_initializer)}
