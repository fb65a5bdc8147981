"""The body of the convolutional text models."""

import keras
import tensorflow as tf

from ....layers.embeddings import TokenEmbedding
from ..backbone import Backbone
from .text_cnn_config import TextCNNConfig


@keras.saving.register_keras_serializable(package="langzoo")
class TextCNNBackbone(Backbone):
    """Token embedding and filters of several widths over it, with ReLU; padding is zero, like the ends of a text.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}`; returns `{"hidden_states": (B, T, F · K)}` for
    K widths: the filters of each token see it and its neighbours.
    """

    family = "text_cnn"

    def __init__(self, config: TextCNNConfig, **kwargs):
        super().__init__(config, hidden_dim=config.output_dim, **kwargs)
        self.token_embedding = TokenEmbedding(config.vocabulary_size, config.embedding_dim, name="token_embedding")
        self.convolutions = [
            keras.layers.Conv1D(config.num_filters, width, padding="same", activation="relu", name=f"width_{width}")
            for width in config.filter_widths
        ]

    def input_dim_of(self, layer):
        """See `Backbone`."""
        del layer
        return self.config.embedding_dim

    def call(self, inputs, training=None):
        """See the class."""
        del training
        x = self.token_embedding(inputs["token_ids"])  # (B, T, D)
        mask = inputs.get("padding_mask")
        if mask is not None:
            x = tf.where(mask[..., tf.newaxis], x, tf.zeros_like(x))
        return {"hidden_states": tf.concat([convolution(x) for convolution in self.convolutions], axis=-1)}
