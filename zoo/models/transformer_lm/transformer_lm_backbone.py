"""The decoder of the Transformer, alone."""

import keras

from ....layers.attention import SelfAttention
from ....layers.dropout import Dropout
from ....layers.embeddings import SinusoidalPositionEncoding, TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.transformer import FeedForward, PostNormBlock
from ..decoder_backbone import DecoderBackbone
from .transformer_lm_config import TransformerLMConfig


@keras.saving.register_keras_serializable(package="langzoo")
class TransformerLMBackbone(DecoderBackbone):
    """Scaled embeddings, sinusoidal positions and blocks with their norms after (Vaswani et al. 2017).

    What is called and returned: `DecoderBackbone`.
    """

    family = "transformer_lm"

    def __init__(self, config: TransformerLMConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size,
            config.hidden_dim,
            # Scaled by sqrt(D) on the way in, so that it can score words on the way out.
            initializer=keras.initializers.RandomNormal(stddev=config.hidden_dim**-0.5),
            scale=config.hidden_dim**0.5,
            name="token_embedding",
        )
        self.position_encoding = SinusoidalPositionEncoding(name="position_encoding")
        self.embedding_dropout = Dropout(config.dropout, name="embedding_dropout")
        self.blocks = [self._block(i) for i in range(config.num_layers)]

    def _block(self, i):
        config = self.config
        return PostNormBlock(
            SelfAttention(config.num_heads, dropout=config.attention_dropout, name="attention"),
            FeedForward(config.intermediate_dim, activation=config.activation, name="feed_forward"),
            norms=[
                keras.layers.LayerNormalization(epsilon=config.norm_epsilon, name=name)
                for name in ("attention_norm", "feed_forward_norm")
            ],
            dropout=config.dropout,
            name=f"block_{i}",
        )

    def build_head(self):
        """The token embedding again, without a bias."""
        return LanguageModelHead(
            self.config.vocabulary_size, token_embedding=self.token_embedding, use_bias=False, name="head"
        )

    def embed(self, token_ids, context, training):
        """See `DecoderBackbone`."""
        x = self.token_embedding(token_ids)
        x += self.position_encoding(x, position_ids=context.positions)
        return self.embedding_dropout(x, training=training)
