"""A Transformer block with given queries."""

import keras

from ..dropout import Dropout
from .serialized import serialized


@keras.saving.register_keras_serializable(package="langzoo")
class QueryBlock(keras.layers.Layer):
    """A pre-norm block whose queries are position vectors instead of its input (Zeng et al. 2021, arXiv:2104.12369).

    The query layer of PanGu-α, section 2.2: the query at position n is a learned vector of the position of the next
    token; keys and values are those of the input.

    Args:
        attention: a `CrossAttention`.
        feed_forward: a layer (B, T, D) -> (B, T, D).
        norms: two normalisations, in front of attention and feed-forward.
        dropout: share dropped of each part's output.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `x` (B, T, D), `queries` (B, T, D), and `bias`, `past` and `return_attention_weights` as in
    `SelfAttention`; returns a dict like `TransformerBlock`.

    Example:
        >>> import tensorflow as tf
        >>> from langzoo.layers import CrossAttention, FeedForward
        >>> norms = [keras.layers.LayerNormalization(name=f"norm_{i}") for i in range(2)]
        >>> block = QueryBlock(CrossAttention(2), FeedForward(16), norms=norms)
        >>> block(tf.zeros((1, 3, 8)), queries=tf.zeros((1, 3, 8)))["outputs"].shape
        TensorShape([1, 3, 8])
    """

    def __init__(self, attention, feed_forward, *, norms, dropout=0.0, **kwargs):
        super().__init__(autocast=False, **kwargs)  # biases and rotations stay float32
        if len(norms) != 2:
            raise ValueError(f"QueryBlock: norms must be 2, one for each part, not {len(norms)}")
        self.attention = attention
        self.feed_forward = feed_forward
        self.norms = list(norms)
        self.dropout = dropout
        self.branch_dropout = Dropout(dropout, dtype=self.dtype_policy, name="dropout")

    def build(self, x_shape, *other_shapes, **named_shapes):
        """Builds the parts."""
        del other_shapes, named_shapes
        shape = (None, None, x_shape[-1])
        for layer in (self.attention, self.feed_forward, *self.norms):
            if not layer.built:
                layer.build(shape)
        self.built = True

    def call(self, x, queries=None, bias=None, past=None, training=None, return_attention_weights=False):
        """See the class."""
        x = keras.ops.cast(x, self.compute_dtype)
        keys, values = self.attention.project(self.norms[0](x))
        shared = {"training": training, "return_attention_weights": return_attention_weights}
        out = self.attention(queries, keys, values, bias=bias, past=past, **shared)
        x += self.branch_dropout(out["outputs"], training=training)
        inner = self.feed_forward(self.norms[1](x), training=training)
        outputs = x + self.branch_dropout(inner, training=training)
        return {**out, "outputs": outputs, "keys": keys, "values": values}

    def get_config(self):
        """The constructor's arguments, with serialised layers."""
        return {
            **super().get_config(),
            "attention": serialized(self.attention),
            "feed_forward": serialized(self.feed_forward),
            "norms": [serialized(norm) for norm in self.norms],
            "dropout": self.dropout,
        }

    @classmethod
    def from_config(cls, config):
        """Rebuilds the block and its layers."""
        restore = keras.saving.deserialize_keras_object
        config = dict(config)
        attention, feed_forward = restore(config.pop("attention")), restore(config.pop("feed_forward"))
        return cls(attention, feed_forward, norms=[restore(norm) for norm in config.pop("norms")], **config)
