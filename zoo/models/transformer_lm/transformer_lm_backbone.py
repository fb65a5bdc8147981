"""The decoder of the Transformer, alone."""

import keras

from ....layers.dropout import Dropout
from ....layers.embeddings import SinusoidalPositionEncoding
from ..decoder_backbone import DecoderBackbone
from ..post_norm_layers import embedding_as_head, post_norm_block, scaled_embedding
from .transformer_lm_config import TransformerLMConfig


@keras.saving.register_keras_serializable(package="langzoo")
class TransformerLMBackbone(DecoderBackbone):
    """Scaled embeddings, sinusoidal positions and post-norm blocks (Vaswani et al. 2017).

    For inputs and outputs see `DecoderBackbone`.
    """

    family = "transformer_lm"

    def __init__(self, config: TransformerLMConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = scaled_embedding(config)
        self.position_encoding = SinusoidalPositionEncoding(name="position_encoding")
        self.embedding_dropout = Dropout(config.dropout, name="embedding_dropout")
        self.blocks = [post_norm_block(config, f"block_{i}") for i in range(config.num_layers)]

    def build_head(self):
        """The token embedding as the output matrix, without a bias."""
        return embedding_as_head(self.config, self.token_embedding)

    def embed(self, token_ids, context, training):
        """See `DecoderBackbone`."""
        x = self.token_embedding(token_ids)
        x += self.position_encoding(x, position_ids=context.positions)
        return self.embedding_dropout(x, training=training)
