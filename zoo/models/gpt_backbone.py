"""The base class of the bodies of GPT-2 and its relatives."""

from typing import Any

import keras

from ...layers.dropout import Dropout
from ...layers.embeddings import PositionEmbedding, TokenEmbedding
from ...layers.heads import LanguageModelHead
from .decoder_backbone import DecoderBackbone


class GPTBackbone(DecoderBackbone):
    """Token and position embeddings, blocks, a final norm, and the token embedding as the output matrix.

    A family creates its blocks. For inputs and outputs see `DecoderBackbone`.

    Args:
        config: the configuration of the family.
        norm_bias: whether norms have a bias.
        **kwargs: arguments of `keras.layers.Layer`.
    """

    def __init__(self, config: Any, *, norm_bias: bool = True, **kwargs):
        super().__init__(config, **kwargs)
        self.norm_bias = norm_bias
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.hidden_dim, initializer=self.normal(), name="token_embedding"
        )
        self.position_embedding = PositionEmbedding(
            config.max_sequence_length, initializer=self.normal(), name="position_embedding"
        )
        self.embedding_dropout = Dropout(config.dropout, name="embedding_dropout")
        self.norm = self.make_norm("norm")

    def normal(self, stddev: float | None = None):
        """Creates an initializer of matrices; None for the standard deviation of the configuration."""
        return keras.initializers.RandomNormal(stddev=stddev or self.config.initializer_range)

    def make_norm(self, name: str):
        """Creates a layer norm."""
        return keras.layers.LayerNormalization(epsilon=self.config.norm_epsilon, center=self.norm_bias, name=name)

    def build_head(self):
        """The token embedding as the output matrix, without a bias."""
        return LanguageModelHead(
            self.config.vocabulary_size, token_embedding=self.token_embedding, use_bias=False, name="head"
        )

    def embed(self, token_ids, context, training):
        """See `DecoderBackbone`."""
        x = self.token_embedding(token_ids)
        x += self.position_embedding(x, position_ids=context.positions)
        return self.embedding_dropout(x, training=training)

    def final_norm(self, x):
        """See `DecoderBackbone`."""
        return self.norm(x)
