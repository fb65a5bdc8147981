"""The head that detects replaced tokens."""

from typing import Any

import keras

from ..activations import activation_function
from ..dense import Dense


@keras.saving.register_keras_serializable(package="langzoo")
class ReplacedTokenHead(keras.layers.Layer):
    """activation(h W + b) u + c for every token: the logit that it was replaced (Clark et al. 2020, ELECTRA).

    arXiv:2003.10555, section 2.

    Args:
        activation: a name of `layers.activations`.
        kernel_initializer: initializer of W (D, D) and u (D, 1).
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `hidden` (B, T, D); returns float32 logits (B, T).

    Example:
        >>> import tensorflow as tf
        >>> ReplacedTokenHead()(tf.zeros((2, 3, 4))).shape
        TensorShape([2, 3])
    """

    def __init__(
        self,
        *,
        activation="gelu",
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.activation = activation
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)
        self._activate = activation_function(activation)

    def build(self, hidden_shape):
        """Creates the two dense layers."""
        width, initializer = hidden_shape[-1], self.kernel_initializer
        self.dense = Dense(width, kernel_initializer=initializer, dtype=self.dtype_policy, name="dense")
        self.dense.build((None, None, width))
        self.prediction = Dense(1, kernel_initializer=initializer.clone(), dtype="float32", name="prediction")
        self.prediction.build((None, None, width))
        self.built = True

    def call(self, hidden):
        """See the class."""
        return self.prediction(self._activate(self.dense(hidden)))[..., 0]

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, None)

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "activation": self.activation,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
