"""A highway layer."""

import keras

from ..dense import Dense


@keras.saving.register_keras_serializable(package="langzoo")
class Highway(keras.layers.Layer):
    """y = g · f(W x + b) + (1 - g) · x with g = σ(W' x + b') (Srivastava et al. 2015, arXiv:1505.00387, equation 3).

    Args:
        activation: f.
        gate_bias: initial value of b'; below 0 the layer initially passes most of its input on.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `x` (..., D); returns (..., D).

    Example:
        >>> Highway()(keras.ops.ones((2, 3))).shape
        TensorShape([2, 3])
    """

    def __init__(self, *, activation="relu", gate_bias=-2.0, **kwargs):
        super().__init__(**kwargs)
        self.activation = keras.activations.get(activation)
        self.gate_bias = gate_bias

    def build(self, x_shape):
        """Creates the transform and the gate, both D to D."""
        width = x_shape[-1]
        self.transform = Dense(width, self.activation, dtype=self.dtype_policy, name="transform")
        self.gate = Dense(
            width,
            "sigmoid",
            # Keras' signature has no types; pyright takes that of the default, str.
            bias_initializer=keras.initializers.Constant(self.gate_bias),  # pyright: ignore[reportArgumentType]
            dtype=self.dtype_policy,
            name="gate",
        )
        self.transform.build(x_shape)
        self.gate.build(x_shape)
        self.built = True

    def call(self, x):
        """Returns x, partly transformed, (..., D)."""
        gate = self.gate(x)
        return gate * self.transform(x) + (1 - gate) * x

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "activation": keras.activations.serialize(self.activation),
            "gate_bias": self.gate_bias,
        }
