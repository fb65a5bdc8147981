"""The base of the bodies of GPT-2 and its relatives."""

from typing import Any

import keras

from ...layers.dropout import Dropout
from ...layers.embeddings import PositionEmbedding, TokenEmbedding
from ...layers.heads import LanguageModelHead
from .decoder_backbone import DecoderBackbone


class GPTBackbone(DecoderBackbone):
    """Embeddings of tokens and of positions under the blocks, a norm after them, the token embedding as the output.

    A family writes its blocks. What is called and returned: `DecoderBackbone`.

    Args:
        config: of the family.
        norm_bias: whether norms have a bias.
        **kwargs: of `keras.layers.Layer`.
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
        """A new initializer of matrices; None takes the configuration's standard deviation."""
        return keras.initializers.RandomNormal(stddev=stddev or self.config.initializer_range)

    def make_norm(self, name: str):
        """A new layer norm."""
        return keras.layers.LayerNormalization(epsilon=self.config.norm_epsilon, center=self.norm_bias, name=name)

    def build_head(self):
        """The token embedding again, without a bias."""
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
