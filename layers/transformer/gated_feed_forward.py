"""The gated feed-forward part of a Transformer block."""

import keras

from .feed_forward import FeedForward


@keras.saving.register_keras_serializable(package="langzoo")
class GatedFeedForward(FeedForward):
    """(activation(x W_g) ⊙ x W_u) W₂ at every position (Shazeer 2020, arXiv:2002.05202); LLaMA and T5 1.1.

    Gate and value come from one product with a fused matrix (D, 2F), the gate's columns first.

    Args:
        intermediate_dim: F.
        activation: activation of the gate: "silu" makes it SwiGLU, "gelu" and "gelu_approximate" GEGLU, "relu" ReGLU.
        use_bias: whether both products have a bias.
        **kwargs: arguments of `FeedForward`.

    Call with `x` (B, T, D); returns (B, T, D).

    Example:
        >>> import tensorflow as tf
        >>> layer = GatedFeedForward(16)
        >>> layer(tf.zeros((1, 2, 4))).shape, layer.count_params()
        (TensorShape([1, 2, 4]), 192)
    """

    def __init__(self, intermediate_dim, *, activation="silu", use_bias=False, **kwargs):
        super().__init__(intermediate_dim, activation=activation, use_bias=use_bias, **kwargs)

    def activated(self, projected):
        """See `FeedForward`."""
        size = self.intermediate_dim
        return super().activated(projected[..., :size]) * projected[..., size:]

    def _intermediate_columns(self):
        return 2 * self.intermediate_dim
