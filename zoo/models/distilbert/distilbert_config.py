"""Configuration of the DistilBERT family."""

from typing import ClassVar

from ...field_types import NumLayers
from ...head_style import HeadStyle
from .. import weight_counts as count
from ..encoder_config import EncoderConfig


class DistilBertConfig(EncoderConfig):
    """BERT with half the layers, without segments and pooler (Sanh et al. 2019).

    Args:
        num_layers: the number of blocks.
        **others: fields of `EncoderConfig`: vocabulary_size, num_heads, hidden_dim, intermediate_dim,
            max_sequence_length, dropout, attention_dropout, activation, norm_epsilon, initializer_range.
    """

    family: ClassVar[str] = "distilbert"
    foreign: ClassVar[str] = ".foreign"

    num_layers: NumLayers = 6

    def embedding_count(self):
        """The parameters of tokens, positions and the norm."""
        return (self.vocabulary_size + self.max_sequence_length) * self.hidden_dim + count.layer_norm(self.hidden_dim)

    @property
    def head_style(self):
        """See `ModelConfig`."""
        return HeadStyle(classifier_activation="relu", masked_activation=self.activation)

    def build_backbone(self):
        """Builds the layers."""
        from .distilbert_backbone import DistilBertBackbone

        return DistilBertBackbone(self, name="backbone")
