"""The feed-forward part of a Transformer block."""

from typing import Any

import keras

from ..activations import activation_function
from ..dense import Dense
from ..dropout import Dropout


@keras.saving.register_keras_serializable(package="langzoo")
class FeedForward(keras.layers.Layer):
    """activation(x W₁ + b₁) W₂ + b₂ at every position (Vaswani et al. 2017, arXiv:1706.03762, equation 2).

    Args:
        intermediate_dim: width between the two products, F.
        activation: a name of `layers.activations`.
        use_bias: whether both products have a bias.
        dropout: share dropped after the activation.
        kernel_initializer: initializer of the first matrix.
        output_initializer: initializer of the second; None for the same.
        output_dtype: policy of the second product, whose sums may be too large for float16; None for that of the layer.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `x` (B, T, D); returns (B, T, D).

    Example:
        >>> import tensorflow as tf
        >>> FeedForward(16)(tf.zeros((1, 2, 4))).shape
        TensorShape([1, 2, 4])
    """

    def __init__(
        self,
        intermediate_dim,
        *,
        activation="relu",
        use_bias=True,
        dropout=0.0,
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        output_initializer: keras.initializers.Initializer | str | None = None,
        output_dtype: str | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.intermediate_dim = intermediate_dim
        self.activation = activation
        self.use_bias = use_bias
        self.dropout = dropout
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)
        self.output_initializer: Any = keras.initializers.get(output_initializer)
        self.output_dtype = output_dtype
        self._activate = activation_function(activation)

    def build(self, x_shape):
        """Creates the two dense layers."""
        self.intermediate = Dense(
            self._intermediate_columns(),
            use_bias=self.use_bias,
            kernel_initializer=self.kernel_initializer.clone(),
            dtype=self.dtype_policy,
            name="intermediate",
        )
        self.intermediate.build((None, None, x_shape[-1]))
        self.output_projection = Dense(
            x_shape[-1],
            use_bias=self.use_bias,
            kernel_initializer=(self.output_initializer or self.kernel_initializer).clone(),
            dtype=self.output_dtype or self.dtype_policy,
            name="output",
        )
        self.output_projection.build((None, None, self.intermediate_dim))
        self.inner_dropout = Dropout(self.dropout, dtype=self.dtype_policy, name="dropout")
        self.built = True

    def call(self, x, training=None):
        """See the class."""
        inner = self.activated(self.intermediate(x))  # (B, T, F)
        return self.output_projection(self.inner_dropout(inner, training=training))

    def activated(self, projected):
        """Returns the input of the second product, (B, T, F), from the first one's output."""
        return self._activate(projected)

    def _intermediate_columns(self):
        return self.intermediate_dim

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "intermediate_dim": self.intermediate_dim,
            "activation": self.activation,
            "use_bias": self.use_bias,
            "dropout": self.dropout,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "output_initializer": keras.initializers.serialize(self.output_initializer)
            if self.output_initializer
            else None,
            "output_dtype": self.output_dtype,
        }
