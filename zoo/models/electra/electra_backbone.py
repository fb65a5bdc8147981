"""The body of ELECTRA's generators and discriminators."""

import keras

from ....layers.dense import Dense
from ....layers.embeddings import PositionEmbedding, SegmentEmbedding, TokenEmbedding
from ..encoder_backbone import EncoderBackbone
from .electra_config import ElectraConfig


@keras.saving.register_keras_serializable(package="langzoo")
class ElectraBackbone(EncoderBackbone):
    """BERT's body whose embeddings may be narrower than its blocks (Clark et al. 2020, arXiv:2003.10555).

    For inputs and outputs see `EncoderBackbone`.

    Args:
        config: the configuration of the family.
        shared: a built body whose embeddings this one shares.
        **kwargs: arguments of `keras.layers.Layer`.
    """

    family = "electra"

    def __init__(self, config: ElectraConfig, *, shared: "ElectraBackbone | None" = None, **kwargs):
        super().__init__(config, **kwargs)
        if shared is None:
            self.token_embedding = TokenEmbedding(
                config.vocabulary_size, config.embedding_dim, initializer=self.initializer(), name="token_embedding"
            )
            self.position_embedding = PositionEmbedding(
                config.max_sequence_length, initializer=self.initializer(), name="position_embedding"
            )
            self.segment_embedding = SegmentEmbedding(
                config.num_segments, initializer=self.initializer(), name="segment_embedding"
            )
        else:  # of the discriminator, if this is a generator
            self.token_embedding = shared.token_embedding
            self.position_embedding = shared.position_embedding
            self.segment_embedding = shared.segment_embedding
        self.projection = None
        if config.embedding_dim != config.hidden_dim:
            self.projection = Dense(config.hidden_dim, kernel_initializer=self.initializer(), name="projection")

    @property
    def embedding_dim(self):
        """See `EncoderBackbone`."""
        return self.config.embedding_dim

    def embed(self, inputs):
        """See `EncoderBackbone`."""
        x = self.token_embedding(inputs["token_ids"])
        return x + self.position_embedding(x) + self.segment_embedding(x, inputs.get("segment_ids"))

    def enter(self, inputs, training=None):
        """See `EncoderBackbone`; projects the embeddings to the width of the blocks."""
        x = super().enter(inputs, training)
        return x if self.projection is None else self.projection(x)
