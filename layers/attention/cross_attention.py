"""Attention of one sequence to another."""

from typing import Any

import keras

from ..dense import Dense
from ..dropout import Dropout
from .heads import join_heads, split_heads
from .scaled_dot_product import scaled_dot_product


@keras.saving.register_keras_serializable(package="langzoo")
class CrossAttention(keras.layers.Layer):
    """Multi-head attention of a decoder to an encoded sequence (Vaswani et al. 2017, section 3.2.3).

    The keys and values of the encoded sequence are computed once, by `project`, and used for every decoded token.

    Args:
        num_heads: H.
        head_dim: width of a head, d; None for D / H.
        context_dim: width of the encoded sequence; None for D.
        use_bias: of all products.
        dropout: share of the attention weights dropped.
        scale: of the scores; None for 1 / sqrt(d).
        kernel_initializer: initializer of all matrices that have none of their own.
        query_initializer, output_initializer: of these two; None for the same.
        **kwargs: arguments of `keras.layers.Layer`.

    Call arguments:
        x: (B, T, D).
        keys, values: (B, H, S, d), from `project`.
        bias: float32 that broadcasts to (B, H, T, S), which hides padding; None hides nothing.
        past: preceding keys and values, each (B, H, S', d), or None; the bias is then (..., S' + S).
        training: whether weights are dropped.
        return_attention_weights: whether to return the weights too; without them a step keeps (H, T, S) fewer numbers.

    Returns:
        A dict: `outputs` (B, T, D) and, on request, `attention_weights` float32 (B, H, T, S), before dropout.

    Raises:
        ValueError: num_heads does not divide D where head_dim is None.

    Example:
        >>> import tensorflow as tf
        >>> layer = CrossAttention(2)
        >>> layer.build((None, None, 8))
        >>> keys, values = layer.project(tf.zeros((1, 5, 8)))
        >>> layer(tf.zeros((1, 3, 8)), keys, values)["outputs"].shape
        TensorShape([1, 3, 8])
    """

    def __init__(
        self,
        num_heads,
        *,
        head_dim=None,
        context_dim=None,
        use_bias=True,
        dropout=0.0,
        scale=None,
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        query_initializer: keras.initializers.Initializer | str | None = None,
        output_initializer: keras.initializers.Initializer | str | None = None,
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)  # biases and rotations stay float32
        self.num_heads = num_heads
        self.head_dim = head_dim
        self.context_dim = context_dim
        self.use_bias = use_bias
        self.dropout = dropout
        self.scale = scale
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)
        self.query_initializer: Any = keras.initializers.get(query_initializer)
        self.output_initializer: Any = keras.initializers.get(output_initializer)

    def build(self, x_shape, *other_shapes):
        """Creates the three weight matrices."""
        del other_shapes
        hidden_dim = x_shape[-1]
        if self.head_dim is None and hidden_dim % self.num_heads:
            raise ValueError(f"CrossAttention: num_heads must divide the width {hidden_dim}, not {self.num_heads}")
        head_dim = self.head_dim or hidden_dim // self.num_heads
        inner = self.num_heads * head_dim
        self._scale = head_dim**-0.5 if self.scale is None else self.scale
        self.query = self._dense(inner, "query", hidden_dim, self.query_initializer)
        self.key_value = self._dense(2 * inner, "key_value", self.context_dim or hidden_dim)
        self.output_projection = self._dense(hidden_dim, "output", inner, self.output_initializer)
        self.weights_dropout = Dropout(self.dropout, dtype="float32", name="dropout")
        self.built = True

    def _dense(self, units, name, input_dim, initializer=None):
        layer = Dense(
            units,
            use_bias=self.use_bias,
            kernel_initializer=(initializer or self.kernel_initializer).clone(),
            dtype=self.dtype_policy,
            name=name,
        )
        layer.build((None, None, input_dim))
        return layer

    def project(self, context):
        """Returns keys and values (B, H, S, d) of an encoded sequence (B, S, D')."""
        fused = split_heads(self.key_value(context), 2 * self.num_heads)  # (B, 2H, S, d)
        return fused[:, : self.num_heads], fused[:, self.num_heads :]

    def call(self, x, keys, values, bias=None, past=None, training=None, return_attention_weights=False):
        """See the class."""
        outputs, weights = scaled_dot_product(
            split_heads(self.query(x), self.num_heads),
            keys,
            values,
            scale=self._scale,
            bias=bias,
            past=past,
            drop=(lambda weights: self.weights_dropout(weights, training=training)) if self.dropout else None,
        )
        results = {"outputs": self.output_projection(join_heads(outputs))}
        return {**results, "attention_weights": weights} if return_attention_weights else results

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "head_dim": self.head_dim,
            "context_dim": self.context_dim,
            "use_bias": self.use_bias,
            "dropout": self.dropout,
            "scale": self.scale,
            **{
                name: initializer and keras.initializers.serialize(initializer)
                for name, initializer in (
                    ("kernel_initializer", self.kernel_initializer),
                    ("query_initializer", self.query_initializer),
                    ("output_initializer", self.output_initializer),
                )
            },
        }
