"""Configuration of the ELECTRA family."""

from typing import ClassVar

from ...field_types import Size
from ...head_style import HeadStyle
from .. import weight_counts as count
from ..encoder_config import EncoderConfig


class ElectraConfig(EncoderConfig):
    """A discriminator that detects the tokens replaced by a generator, or that generator (Clark et al. 2020).

    Both are BERT bodies; the task distinguishes them: "replaced_token_detector" or "masked_lm".

    Args:
        embedding_dim: the width of the embeddings and of their norm, E; if it is not hidden_dim, a dense layer projects
            them.
        num_segments: the number of segment embeddings.
        **others: fields of `EncoderConfig`: vocabulary_size, num_layers, num_heads, hidden_dim, intermediate_dim,
            max_sequence_length, dropout, attention_dropout, activation, norm_epsilon, initializer_range.
    """

    family: ClassVar[str] = "electra"
    foreign: ClassVar[str] = ".foreign"
    default_task: ClassVar[str] = "replaced_token_detector"

    embedding_dim: Size
    num_segments: Size = 2

    def embedding_count(self):
        """The parameters of tokens, positions, segments, the norm, and the projection if there is one."""
        width = self.embedding_dim
        projection = 0 if width == self.hidden_dim else count.dense(width, self.hidden_dim)
        return self.shared_embedding_count() + count.layer_norm(width) + projection

    def shared_embedding_count(self) -> int:
        """The parameters of tokens, positions and segments, which a discriminator and its generator share."""
        return (self.vocabulary_size + self.max_sequence_length + self.num_segments) * self.embedding_dim

    def generator(self, fraction: float) -> "ElectraConfig":
        """The configuration of a generator of a fraction of this discriminator's width, as in the authors' code."""
        width = max(1, round(self.hidden_dim * fraction))
        return self.variant(
            hidden_dim=width,
            intermediate_dim=max(1, round(self.intermediate_dim * fraction)),
            num_heads=next(heads for heads in range(max(1, width // 64), 0, -1) if width % heads == 0),
        )

    @property
    def embedding_width(self):
        """See `EncoderConfig`."""
        return self.embedding_dim

    @property
    def head_style(self):
        """See `ModelConfig`. The generator's activation is GELU, whatever that of the blocks."""
        return HeadStyle(classifier_activation="gelu", classifier_input_dropout=True)

    def build_backbone(self, *, shared=None):
        """Builds the layers; `shared` is a built `ElectraBackbone` whose embeddings are shared."""
        from .electra_backbone import ElectraBackbone

        return ElectraBackbone(self, shared=shared, name="backbone")
