"""The body of PanGu-α."""

import keras

from ....layers.attention import CrossAttention, SelfAttention
from ....layers.embeddings import PositionEmbedding
from ....layers.transformer import FeedForward, PreNormBlock, QueryBlock
from ..gpt_backbone import GPTBackbone
from .pangu_config import PanguConfig


@keras.saving.register_keras_serializable(package="langzoo")
class PanguBackbone(GPTBackbone):
    """Pre-norm blocks, a norm, and on top the query layer, whose queries are position vectors (Zeng et al. 2021).

    For inputs and outputs see `DecoderBackbone`. The query layer is the last of `blocks` and has its part of the cache
    like the others.
    """

    family = "pangu"

    def __init__(self, config: PanguConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.query_embedding = PositionEmbedding(
            config.max_sequence_length, initializer=self.normal(), name="query_embedding"
        )
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
                kernel_initializer=self.normal(),
                name="attention",
            ),
            "feed_forward": FeedForward(
                config.feed_forward_dim,
                activation=config.activation,
                kernel_initializer=self.normal(),
                name="feed_forward",
            ),
            "norms": [self.make_norm("attention_norm"), self.make_norm("feed_forward_norm")],
        }

    def final_norm(self, x):
        """See `DecoderBackbone`; the norm is below the query layer."""
        return x

    def apply_block(self, block, x, context, *, rotation, **arguments):
        """See `DecoderBackbone`; the query layer reads the output of the last norm."""
        if not isinstance(block, QueryBlock):
            return block(x, rotation=rotation, **arguments)
        x = self.norm(x)
        queries = self.query_embedding(x, position_ids=context.positions)
        return block(x, queries=keras.ops.broadcast_to(queries, keras.ops.shape(x)), **arguments)
