"""A post-norm Transformer block."""

import keras

from .transformer_block import TransformerBlock


@keras.saving.register_keras_serializable(package="langzoo")
class PostNormBlock(TransformerBlock):
    """norm(x + part(x)) for every part (Vaswani et al. 2017, arXiv:1706.03762, section 3.1); BERT and similar models.

    Arguments and call: `TransformerBlock`.

    Example:
        >>> import tensorflow as tf
        >>> from langzoo.layers import FeedForward, SelfAttention
        >>> norms = [keras.layers.LayerNormalization(name=f"norm_{i}") for i in range(2)]
        >>> block = PostNormBlock(SelfAttention(2), FeedForward(16), norms=norms)
        >>> block(tf.zeros((1, 3, 8)))["outputs"].shape
        TensorShape([1, 3, 8])
    """

    def branch(self, x, part, norm, training):
        """See `TransformerBlock`."""
        return norm(x + self.branch_dropout(part(x), training=training))
