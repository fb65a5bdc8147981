"""The body of PanGu-α."""

import keras

from ....layers.attention import CrossAttention, SelfAttention
from ....layers.dropout import Dropout
from ....layers.embeddings import PositionEmbedding, TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.transformer import FeedForward, PreNormBlock, QueryBlock
from ..decoder_backbone import DecoderBackbone
from .pangu_config import PanguConfig


@keras.saving.register_keras_serializable(package="langzoo")
class PanguBackbone(DecoderBackbone):
    """Pre-norm blocks, a norm, and on top the query layer, which asks with vectors of positions (Zeng et al. 2021).

    What is called and returned: `DecoderBackbone`. The query layer is the last of `blocks` and has its place in the
    cache as they have.
    """

    family = "pangu"

    def __init__(self, config: PanguConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.hidden_dim, initializer=self._normal(), name="token_embedding"
        )
        self.position_embedding = PositionEmbedding(
            config.max_sequence_length, initializer=self._normal(), name="position_embedding"
        )
        self.query_embedding = PositionEmbedding(
            config.max_sequence_length, initializer=self._normal(), name="query_embedding"
        )
        self.embedding_dropout = Dropout(config.dropout, name="embedding_dropout")
        self.norm = self._norm("norm")
        blocks = [self._block(i) for i in range(config.num_layers - 1)]
        self.blocks = [*blocks, QueryBlock(**self._parts(CrossAttention), dropout=config.dropout, name="query_block")]

    def _block(self, i):
        return PreNormBlock(**self._parts(SelfAttention), dropout=self.config.dropout, name=f"block_{i}")

    def _parts(self, attention):
        config = self.config
        return {
            "attention": attention(
                config.num_heads,
                dropout=config.attention_dropout,
                kernel_initializer=self._normal(),
                name="attention",
            ),
            "feed_forward": FeedForward(
                config.feed_forward_dim,
                activation=config.activation,
                kernel_initializer=self._normal(),
                name="feed_forward",
            ),
            "norms": [self._norm("attention_norm"), self._norm("feed_forward_norm")],
        }

    def _normal(self):
        return keras.initializers.RandomNormal(stddev=self.config.initializer_range)

    def _norm(self, name):
        return keras.layers.LayerNormalization(epsilon=self.config.norm_epsilon, name=name)

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

    def apply_block(self, block, x, context, *, rotation, **arguments):
        """See `DecoderBackbone`; the query layer reads what the last norm gives."""
        if not isinstance(block, QueryBlock):
            return block(x, rotation=rotation, **arguments)
        x = self.norm(x)
        queries = self.query_embedding(x, position_ids=context.positions)
        return block(x, queries=keras.ops.broadcast_to(queries, keras.ops.shape(x)), **arguments)
