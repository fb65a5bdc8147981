"""The body of ELECTRA's generators and discriminators."""

import keras

from ....layers.dense import Dense
from ....layers.embeddings import PositionEmbedding, SegmentEmbedding, TokenEmbedding
from ..encoder_backbone import EncoderBackbone
from .electra_config import ElectraConfig


@keras.saving.register_keras_serializable(package="langzoo")
class ElectraBackbone(EncoderBackbone):
    """BERT's body whose embeddings may be narrower than its blocks (Clark et al. 2020, arXiv:2003.10555).

    What is called and returned: `EncoderBackbone`.

    Args:
        config: of the family.
        shared: a built body whose embeddings this one has, too, rather than its own.
        **kwargs: of `keras.layers.Layer`.
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
        else:  # of a discriminator, whose generator this is
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
        """See `EncoderBackbone`; the embeddings are made as wide as the blocks."""
        x = super().enter(inputs, training)
        return x if self.projection is None else self.projection(x)
