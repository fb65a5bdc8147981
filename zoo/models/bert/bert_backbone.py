"""The body of BERT."""

import keras

from ....layers.embeddings import PositionEmbedding, SegmentEmbedding, TokenEmbedding
from ..encoder_backbone import EncoderBackbone
from .bert_config import BertConfig


@keras.saving.register_keras_serializable(package="langzoo")
class BertBackbone(EncoderBackbone):
    """Embeddings of tokens, positions and segments under a stack of encoder blocks (Devlin et al. 2019).

    For inputs and outputs see `EncoderBackbone`.
    """

    family = "bert"

    def __init__(self, config: BertConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.hidden_dim, initializer=self.initializer(), name="token_embedding"
        )
        self.position_embedding = PositionEmbedding(
            config.max_sequence_length, initializer=self.initializer(), name="position_embedding"
        )
        self.segment_embedding = SegmentEmbedding(
            config.num_segments, initializer=self.initializer(), name="segment_embedding"
        )

    def embed(self, inputs):
        """See `EncoderBackbone`."""
        x = self.token_embedding(inputs["token_ids"])
        return x + self.position_embedding(x) + self.segment_embedding(x, inputs.get("segment_ids"))
