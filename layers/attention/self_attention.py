"""Self-attention."""

from typing import Any

import keras

from ..dense import Dense
from ..dropout import Dropout
from .heads import join_heads, split_heads
from .rotary_embedding import rotate
from .scaled_dot_product import scaled_dot_product


@keras.saving.register_keras_serializable(package="langzoo")
class SelfAttention(keras.layers.Layer):
    """Multi-head attention of a sequence to itself and to earlier tokens (Vaswani et al. 2017, section 3.2.2).

    Queries, keys and values come from one product with a fused matrix (D, (H + 2K)·d), columns in that order. The
    caller determines by `bias` what is visible (`layers.masks`), and whether there is a cache.

    Args:
        num_heads: query heads, H.
        num_key_value_heads: key and value heads, K, a divisor of H (Ainslie et al. 2023, arXiv:2305.13245); None for H.
        head_dim: width of a head, d; None for D / H.
        use_bias: of both products.
        dropout: share of the attention weights dropped.
        scale: of the scores; None for 1 / sqrt(d). T5 uses 1.
        kernel_initializer: initializer of the fused matrix.
        output_initializer: initializer of the output's matrix; None for the same. GPT-2 starts it smaller.
        **kwargs: arguments of `keras.layers.Layer`.

    Call arguments:
        x: (B, T, D).
        bias: float32 that broadcasts to (B, H, T, S), with S = earlier keys + T; None hides nothing.
        past: keys and values of earlier calls, each (B, K, S - T, d), or None.
        rotation: the result of `RotaryEmbedding` for the positions of x, or None.
        training: whether weights are dropped.
        return_attention_weights: whether to return the weights too; without them a step keeps (H, T, S) fewer numbers.

    Returns:
        A dict: `outputs` (B, T, D), `keys` and `values` (B, K, T, d) of x, for a cache, and on request
        `attention_weights` float32 (B, H, T, S), before dropout.

    Raises:
        ValueError: num_key_value_heads does not divide num_heads, or num_heads not D where head_dim is None.

    Example:
        >>> import tensorflow as tf
        >>> layer = SelfAttention(4, num_key_value_heads=2)
        >>> out = layer(tf.zeros((1, 3, 8)), return_attention_weights=True)
        >>> out["outputs"].shape, out["keys"].shape, out["attention_weights"].shape
        (TensorShape([1, 3, 8]), TensorShape([1, 2, 3, 2]), TensorShape([1, 4, 3, 3]))
    """

    def __init__(
        self,
        num_heads,
        *,
        num_key_value_heads=None,
        head_dim=None,
        use_bias=True,
        dropout=0.0,
        scale=None,
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        output_initializer: keras.initializers.Initializer | str | None = None,
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)  # biases and rotations stay float32
        self.num_heads = num_heads
        self.num_key_value_heads = num_key_value_heads or num_heads
        if num_heads % self.num_key_value_heads:
            raise ValueError(
                f"SelfAttention: num_key_value_heads must divide num_heads {num_heads}, not {num_key_value_heads}"
            )
        self.head_dim = head_dim
        self.use_bias = use_bias
        self.dropout = dropout
        self.scale = scale
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)
        self.output_initializer: Any = keras.initializers.get(output_initializer)

    def build(self, x_shape):
        """Creates the two weight matrices."""
        hidden_dim = x_shape[-1]
        if self.head_dim is None and hidden_dim % self.num_heads:
            raise ValueError(f"SelfAttention: num_heads must divide the width {hidden_dim}, not {self.num_heads}")
        head_dim = self.head_dim or hidden_dim // self.num_heads
        self._scale = head_dim**-0.5 if self.scale is None else self.scale
        self.query_key_value = Dense(
            (self.num_heads + 2 * self.num_key_value_heads) * head_dim,
            use_bias=self.use_bias,
            kernel_initializer=self.kernel_initializer,
            dtype=self.dtype_policy,
            name="query_key_value",
        )
        self.query_key_value.build((None, None, hidden_dim))
        self.output_projection = Dense(
            hidden_dim,
            use_bias=self.use_bias,
            kernel_initializer=self.output_initializer or _fresh(self.kernel_initializer),
            dtype=self.dtype_policy,
            name="output",
        )
        self.output_projection.build((None, None, self.num_heads * head_dim))
        self.weights_dropout = Dropout(self.dropout, dtype="float32", name="dropout")
        self.built = True

    def call(self, x, bias=None, past=None, rotation=None, training=None, return_attention_weights=False):
        """See the class."""
        heads, key_heads = self.num_heads, self.num_key_value_heads
        fused = split_heads(self.query_key_value(x), heads + 2 * key_heads)  # (B, H + 2K, T, d)
        queries = fused[:, :heads]  # (B, H, T, d)
        keys, values = fused[:, heads : heads + key_heads], fused[:, heads + key_heads :]  # (B, K, T, d)
        if rotation is not None:
            queries, keys = rotate(queries, rotation), rotate(keys, rotation)
        outputs, weights = scaled_dot_product(
            queries,
            keys,
            values,
            scale=self._scale,
            bias=bias,
            past=past,
            drop=(lambda weights: self.weights_dropout(weights, training=training)) if self.dropout else None,
        )
        results = {"outputs": self.output_projection(join_heads(outputs)), "keys": keys, "values": values}
        return {**results, "attention_weights": weights} if return_attention_weights else results

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "num_key_value_heads": self.num_key_value_heads,
            "head_dim": self.head_dim,
            "use_bias": self.use_bias,
            "dropout": self.dropout,
            "scale": self.scale,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "output_initializer": keras.initializers.serialize(self.output_initializer)
            if self.output_initializer
            else None,
        }


def _fresh(initializer):
    """Copies an initializer with a new seed, since one initializer object gives each matrix the same numbers."""
    return initializer.clone()
