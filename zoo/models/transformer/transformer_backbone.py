"""The body of the Transformer."""

import keras

from ....layers.attention import CrossAttention, SelfAttention
from ....layers.dropout import Dropout
from ....layers.embeddings import SinusoidalPositionEncoding, TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.transformer import FeedForward, PostNormBlock
from ..seq2seq_backbone import Seq2SeqBackbone
from .transformer_config import TransformerConfig


@keras.saving.register_keras_serializable(package="langzoo")
class TransformerBackbone(Seq2SeqBackbone):
    """One scaled embedding for all, sinusoidal positions, norms after (Vaswani et al. 2017, arXiv:1706.03762).

    What is called and returned: `Seq2SeqBackbone`.
    """

    family = "transformer"

    def __init__(self, config: TransformerConfig, **kwargs):
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
        self.source_dropout = Dropout(config.dropout, name="source_dropout")
        self.target_dropout = Dropout(config.dropout, name="target_dropout")
        self.encoder_blocks = [self._block(f"encoder_block_{i}") for i in range(config.num_layers)]
        self.decoder_blocks = [
            self._block(f"decoder_block_{i}", across=True)
            for i in range(config.num_decoder_layers or config.num_layers)
        ]

    def _block(self, name, across=False):
        config = self.config
        options = {"dropout": config.attention_dropout}
        norms = ["attention_norm", *(["cross_attention_norm"] if across else []), "feed_forward_norm"]
        return PostNormBlock(
            SelfAttention(config.num_heads, name="attention", **options),
            FeedForward(config.intermediate_dim, activation=config.activation, name="feed_forward"),
            norms=[keras.layers.LayerNormalization(epsilon=config.norm_epsilon, name=norm) for norm in norms],
            cross_attention=CrossAttention(config.num_heads, name="cross_attention", **options) if across else None,
            dropout=config.dropout,
            name=name,
        )

    def build_head(self):
        """The token embedding again, without a bias."""
        return LanguageModelHead(
            self.config.vocabulary_size, token_embedding=self.token_embedding, use_bias=False, name="head"
        )

    def embed_source(self, token_ids, training):
        """See `Seq2SeqBackbone`."""
        x = self.token_embedding(token_ids)
        return self.source_dropout(x + self.position_encoding(x), training=training)

    def embed_target(self, token_ids, context, training):
        """See `Seq2SeqBackbone`."""
        x = self.token_embedding(token_ids)
        x += self.position_encoding(x, position_ids=context.positions)
        return self.target_dropout(x, training=training)
