"""The body of RoBERTa."""

import keras
import tensorflow as tf

from ....layers.embeddings import PositionEmbedding, SegmentEmbedding, TokenEmbedding
from ..encoder_backbone import EncoderBackbone
from .roberta_config import RobertaConfig


@keras.saving.register_keras_serializable(package="langzoo")
class RobertaBackbone(EncoderBackbone):
    """BERT's body with one segment and positions counted from 2 (Liu et al. 2019, arXiv:1907.11692).

    For inputs and outputs see `EncoderBackbone`. Padding is on the right; the `padding_id` of the configuration takes
    no position anywhere.
    """

    family = "roberta"

    def __init__(self, config: RobertaConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.hidden_dim, initializer=self.initializer(), name="token_embedding"
        )
        self.position_embedding = PositionEmbedding(
            config.max_sequence_length + config.position_offset,
            initializer=self.initializer(),
            name="position_embedding",
        )
        self.segment_embedding = SegmentEmbedding(
            config.num_segments, initializer=self.initializer(), name="segment_embedding"
        )

    def embed(self, inputs):
        """See `EncoderBackbone`."""
        token_ids = inputs["token_ids"]
        x = self.token_embedding(token_ids)
        if self.config.padding_id is None:
            x += self.position_embedding(x, start_index=self.config.position_offset)
        else:
            counted = tf.cast(tf.not_equal(token_ids, self.config.padding_id), tf.int32)
            # The row before the first position belongs to padding.
            places = tf.cumsum(counted, axis=1) * counted + (self.config.position_offset - 1)
            x += self.position_embedding(x, position_ids=places)
        # One segment, whatever the segment ids of the second text.
        segments = inputs.get("segment_ids") if self.config.num_segments > 1 else None
        return x + self.segment_embedding(x, segments)
