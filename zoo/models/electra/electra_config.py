"""Configuration of the ELECTRA family."""

from typing import ClassVar

from ...field_types import Size
from ...head_style import HeadStyle
from .. import weight_counts as count
from ..encoder_config import EncoderConfig


class ElectraConfig(EncoderConfig):
    """A discriminator that says which tokens a generator replaced, or that generator (Clark et al. 2020).

    Both are BERT bodies; which one is meant, the task says: "replaced_token_detector" or "masked_lm".

    Args:
        embedding_dim: width of the embeddings and of their norm, E; where it is not hidden_dim, a dense layer brings
            them to that.
        num_segments: segment embeddings.
        **others: of `EncoderConfig`: vocabulary_size, num_layers, num_heads, hidden_dim, intermediate_dim,
            max_sequence_length, dropout, attention_dropout, activation, norm_epsilon, initializer_range.
    """

    family: ClassVar[str] = "electra"
    foreign: ClassVar[str] = ".foreign"
    default_task: ClassVar[str] = "replaced_token_detector"

    embedding_dim: Size
    num_segments: Size = 2

    def embedding_count(self):
        """Tokens, positions, segments, the norm, and the projection where there is one."""
        width = self.embedding_dim
        vectors = self.vocabulary_size + self.max_sequence_length + self.num_segments
        projection = 0 if width == self.hidden_dim else count.dense(width, self.hidden_dim)
        return vectors * width + count.layer_norm(width) + projection

    @property
    def embedding_width(self):
        """See `EncoderConfig`."""
        return self.embedding_dim

    @property
    def head_style(self):
        """See `ModelConfig`. The generator's activation is GELU whatever the blocks have."""
        return HeadStyle(classifier_activation="gelu", classifier_input_dropout=True)

    def build_backbone(self):
        """The layers."""
        from .electra_backbone import ElectraBackbone

        return ElectraBackbone(self, name="backbone")
