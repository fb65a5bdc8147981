"""The body of DistilBERT."""

import keras

from ....layers.embeddings import PositionEmbedding, TokenEmbedding
from ..encoder_backbone import EncoderBackbone
from .distilbert_config import DistilBertConfig


@keras.saving.register_keras_serializable(package="langzoo")
class DistilBertBackbone(EncoderBackbone):
    """BERT's body without segments and pooler (Sanh et al. 2019, arXiv:1910.01108).

    For inputs and outputs see `EncoderBackbone`; segment ids are ignored.
    """

    family = "distilbert"

    def __init__(self, config: DistilBertConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.hidden_dim, initializer=self.initializer(), name="token_embedding"
        )
        self.position_embedding = PositionEmbedding(
            config.max_sequence_length, initializer=self.initializer(), name="position_embedding"
        )

    def embed(self, inputs):
        """See `EncoderBackbone`."""
        x = self.token_embedding(inputs["token_ids"])
        return x + self.position_embedding(x)
