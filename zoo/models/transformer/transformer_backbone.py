"""The body of the Transformer."""

import keras

from ....layers.dropout import Dropout
from ....layers.embeddings import SinusoidalPositionEncoding
from ..post_norm_layers import embedding_as_head, post_norm_block, scaled_embedding
from ..seq2seq_backbone import Seq2SeqBackbone
from .transformer_config import TransformerConfig


@keras.saving.register_keras_serializable(package="langzoo")
class TransformerBackbone(Seq2SeqBackbone):
    """A shared scaled embedding, sinusoidal positions, post-norms (Vaswani et al. 2017, arXiv:1706.03762).

    For inputs and outputs see `Seq2SeqBackbone`.
    """

    family = "transformer"

    def __init__(self, config: TransformerConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = scaled_embedding(config)
        self.position_encoding = SinusoidalPositionEncoding(name="position_encoding")
        self.source_dropout = Dropout(config.dropout, name="source_dropout")
        self.target_dropout = Dropout(config.dropout, name="target_dropout")
        self.encoder_blocks = [post_norm_block(config, f"encoder_block_{i}") for i in range(config.num_layers)]
        self.decoder_blocks = [
            post_norm_block(config, f"decoder_block_{i}", across=True) for i in range(config.decoder_layers)
        ]

    def build_head(self):
        """The token embedding as the output matrix, without a bias."""
        return embedding_as_head(self.config, self.token_embedding)

    def embed_source(self, token_ids, training):
        """See `Seq2SeqBackbone`."""
        x = self.token_embedding(token_ids)
        return self.source_dropout(x + self.position_encoding(x), training=training)

    def embed_target(self, token_ids, context, training):
        """See `Seq2SeqBackbone`."""
        x = self.token_embedding(token_ids)
        x += self.position_encoding(x, position_ids=context.positions)
        return self.target_dropout(x, training=training)
