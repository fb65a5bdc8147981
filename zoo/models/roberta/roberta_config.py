"""Configuration of the RoBERTa family."""

from typing import ClassVar, Literal

from ...field_types import Count, Epsilon, Size
from ...head_style import HeadStyle
from .. import weight_counts as count
from ..encoder_config import EncoderConfig


class RobertaConfig(EncoderConfig):
    """BERT's body, trained longer and without the next sentence (Liu et al. 2019).

    The first token is at position 2 of the position embedding, whose rows 0 and 1 were never used; it has
    `max_sequence_length + 2` rows. All tokens are of one segment, whose vector is a weight of the published models.

    Args:
        num_segments: the number of segment embeddings; 1 in the published models.
        padding_id: a token that takes no position, 1 in the published models, which count by ids: a literal `<pad>` in
            a text shifts the tokens after it, and so it does here. None if every token takes a position.
        pooler: "first_token" for a dense layer of D units and tanh over the first token in the task "text_encoder".
        **others: fields of `EncoderConfig`: vocabulary_size, num_layers, num_heads, hidden_dim, intermediate_dim,
            max_sequence_length, dropout, attention_dropout, activation, norm_epsilon, initializer_range.
    """

    family: ClassVar[str] = "roberta"
    foreign: ClassVar[str] = ".foreign"
    position_offset: ClassVar[int] = 2

    num_segments: Size = 1
    norm_epsilon: Epsilon = 1e-5
    padding_id: Count | None = None
    pooler: Literal["first_token"] | None = None

    def embedding_count(self):
        """The parameters of tokens, positions, segments and the norm."""
        positions = self.max_sequence_length + self.position_offset
        vectors = self.vocabulary_size + positions + self.num_segments
        return vectors * self.hidden_dim + count.layer_norm(self.hidden_dim)

    @property
    def head_style(self):
        """See `ModelConfig`. Published masked heads use exact GELU, whatever the activation of the blocks."""
        return HeadStyle(classifier_activation="tanh", classifier_input_dropout=True, pooler=self.pooler is not None)

    def build_backbone(self):
        """Builds the layers."""
        from .roberta_backbone import RobertaBackbone

        return RobertaBackbone(self, name="backbone")
