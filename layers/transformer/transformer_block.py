"""The base class of all Transformer blocks."""

import abc

import keras

from ..dropout import Dropout
from .serialized import serialized


class TransformerBlock(keras.layers.Layer, abc.ABC):
    """Attention, optional cross-attention, and feed-forward, each in a residual branch with its own norm.

    The parts are made by the caller, so that each model family chooses them; the two subclasses define where the norms
    are applied.

    Args:
        attention: a layer called as `SelfAttention`.
        feed_forward: a layer (B, T, D) -> (B, T, D).
        norms: one normalisation for each part, in the order attention, cross-attention, feed-forward.
        cross_attention: a `CrossAttention`, or None.
        dropout: share dropped of each part's output.
        **kwargs: arguments of `keras.layers.Layer`.

    Call arguments:
        x: (B, T, D).
        bias, past, rotation: arguments of the attention.
        context_keys, context_values, context_bias: arguments of the cross-attention.
        training: whether to apply dropout.
        return_attention_weights: whether to return the weights of attention and cross-attention too.

    Returns:
        A dict: `outputs` (B, T, D), `keys` and `values` of the attention; on request `attention_weights` and, with
        cross-attention, `cross_attention_weights`.

    Raises:
        ValueError: the numbers of norms and parts differ.
    """

    def __init__(self, attention, feed_forward, *, norms, cross_attention=None, dropout=0.0, **kwargs):
        super().__init__(autocast=False, **kwargs)  # biases and rotations stay float32
        parts = 2 if cross_attention is None else 3
        if len(norms) != parts:
            raise ValueError(f"{type(self).__name__}: norms must be {parts}, one for each part, not {len(norms)}")
        self.attention = attention
        self.cross_attention = cross_attention
        self.feed_forward = feed_forward
        self.norms = list(norms)
        self.dropout = dropout
        self.branch_dropout = Dropout(dropout, dtype=self.dtype_policy, name="dropout")

    def build(self, x_shape, *other_shapes, **named_shapes):
        """Builds the parts; all work on (B, T, D)."""
        del other_shapes, named_shapes
        shape = (None, None, x_shape[-1])
        for layer in (self.attention, self.cross_attention, self.feed_forward, *self.norms):
            if layer is not None and not layer.built:
                layer.build(shape)
        self.built = True

    def call(
        self,
        x,
        bias=None,
        past=None,
        rotation=None,
        context_keys=None,
        context_values=None,
        context_bias=None,
        training=None,
        return_attention_weights=False,
    ):
        """See the class."""
        x = keras.ops.cast(x, self.compute_dtype)
        results, shared = {}, {"training": training, "return_attention_weights": return_attention_weights}

        def attend(x):
            results.update(self.attention(x, bias=bias, past=past, rotation=rotation, **shared))
            return results.pop("outputs")

        def attend_across(x):
            assert self.cross_attention is not None
            out = self.cross_attention(x, context_keys, context_values, bias=context_bias, **shared)
            if return_attention_weights:
                results["cross_attention_weights"] = out["attention_weights"]
            return out["outputs"]

        parts = [attend, lambda x: self.feed_forward(x, training=training)]
        if self.cross_attention is not None:
            parts.insert(1, attend_across)
        for part, norm in zip(parts, self.norms, strict=True):
            x = self.branch(x, part, norm, training)
        return {"outputs": x, **results}

    @abc.abstractmethod
    def branch(self, x, part, norm, training):
        """Computes one residual branch, (B, T, D) -> (B, T, D)."""

    def get_config(self):
        """The constructor's arguments, with serialised layers."""
        return {
            **super().get_config(),
            "attention": serialized(self.attention),
            "feed_forward": serialized(self.feed_forward),
            "norms": [serialized(norm) for norm in self.norms],
            "cross_attention": None if self.cross_attention is None else serialized(self.cross_attention),
            "dropout": self.dropout,
        }

    @classmethod
    def from_config(cls, config):
        """Rebuilds the block and its layers."""
        restore = keras.saving.deserialize_keras_object
        config = dict(config)
        parts = {name: restore(config.pop(name)) for name in ("attention", "feed_forward", "cross_attention")}
        norms = [restore(norm) for norm in config.pop("norms")]
        return cls(parts.pop("attention"), parts.pop("feed_forward"), norms=norms, **parts, **config)
