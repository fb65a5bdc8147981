"""The body of GPT-2 and GPT-3."""

import keras

from ....layers.attention import SelfAttention
from ....layers.dropout import Dropout
from ....layers.embeddings import PositionEmbedding, TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.transformer import FeedForward, PreNormBlock
from ..decoder_backbone import DecoderBackbone
from .gpt2_config import GPT2Config


@keras.saving.register_keras_serializable(package="langzoo")
class GPT2Backbone(DecoderBackbone):
    """Token and position embeddings, blocks with their norms in front, and a last norm (Radford et al. 2019).

    What is called and returned: `DecoderBackbone`.
    """

    family = "gpt2"

    def __init__(self, config: GPT2Config, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.hidden_dim, initializer=self._normal(), name="token_embedding"
        )
        self.position_embedding = PositionEmbedding(
            config.max_sequence_length, initializer=self._normal(), name="position_embedding"
        )
        self.embedding_dropout = Dropout(config.dropout, name="embedding_dropout")
        self.blocks = [self._block(i) for i in range(config.num_layers)]
        self.norm = self._norm("norm")

    def _block(self, i):
        config = self.config
        # What is added 2L times to the sum starts smaller by sqrt(2L) (Radford et al. 2019, section 2.3).
        smaller = self._normal(config.initializer_range / (2 * config.num_layers) ** 0.5)
        return PreNormBlock(
            SelfAttention(
                config.num_heads,
                use_bias=config.use_bias,
                dropout=config.attention_dropout,
                kernel_initializer=self._normal(),
                output_initializer=smaller,
                name="attention",
            ),
            FeedForward(
                config.feed_forward_dim,
                activation=config.activation,
                use_bias=config.use_bias,
                kernel_initializer=self._normal(),
                output_initializer=smaller,
                name="feed_forward",
            ),
            norms=[self._norm("attention_norm"), self._norm("feed_forward_norm")],
            dropout=config.dropout,
            name=f"block_{i}",
        )

    def _normal(self, stddev=None):
        return keras.initializers.RandomNormal(stddev=stddev or self.config.initializer_range)

    def _norm(self, name):
        return keras.layers.LayerNormalization(epsilon=self.config.norm_epsilon, center=self.config.use_bias, name=name)

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

    def bias_of(self, layer, context):
        """Odd layers see a band where the configuration has one (GPT-3, Brown et al. 2020, section 2.1)."""
        return context.bias(window=self.config.local_attention_window if layer % 2 else None)

    def final_norm(self, x):
        """See `DecoderBackbone`."""
        return self.norm(x)
