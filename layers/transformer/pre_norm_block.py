"""A pre-norm Transformer block."""

import keras

from .transformer_block import TransformerBlock


@keras.saving.register_keras_serializable(package="langzoo")
class PreNormBlock(TransformerBlock):
    """x + part(norm(x)) for every part (Xiong et al. 2020, arXiv:2002.04745); GPT-2, LLaMA, T5.

    The sum is never normalised, so a norm belongs after the last block. Arguments and call: `TransformerBlock`.

    Example:
        >>> import tensorflow as tf
        >>> from langzoo.layers import FeedForward, SelfAttention
        >>> norms = [keras.layers.LayerNormalization(name=f"norm_{i}") for i in range(2)]
        >>> block = PreNormBlock(SelfAttention(2), FeedForward(16), norms=norms)
        >>> block(tf.zeros((1, 3, 8)))["outputs"].shape
        TensorShape([1, 3, 8])
    """

    def branch(self, x, part, norm, training):
        """See `TransformerBlock`."""
        return x + self.branch_dropout(part(norm(x)), training=training)
