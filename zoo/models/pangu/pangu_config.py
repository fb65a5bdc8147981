"""Configuration of the PanGu-α family."""

from typing import Annotated, ClassVar

from pydantic import Field, NonNegativeFloat, model_validator

from ...field_types import Activation, Epsilon, NumLayers, NumPositions, Rate, Size, check_heads
from ...model_config import ModelConfig
from .. import weight_counts as count


class PanguConfig(ModelConfig):
    """GPT-2's blocks with a query layer on top (Zeng et al. 2021, section 2).

    The query layer is a block whose queries come from an embedding of the position that is to be predicted; its keys
    and values come from what the blocks below give, after the norm. The output matrix is the token embedding, without
    a bias. So the authors' MindSpore code has it.

    Args:
        vocabulary_size: tokens, V.
        num_layers: blocks, the query layer included, as the paper counts them; at least 2.
        num_heads: attention heads; they share hidden_dim evenly.
        hidden_dim: width, D.
        intermediate_dim: width of the feed-forward part; 4 D by default.
        max_sequence_length: longest sequence; rows of the embedding of positions and of that of queries.
        dropout: share dropped of the embeddings and of what each part of a block adds.
        attention_dropout: share dropped of the attention weights.
        activation: of the feed-forward part.
        norm_epsilon: of every layer norm.
        initializer_range: standard deviation that matrices start with.
    """

    family: ClassVar[str] = "pangu"
    default_tokenizer: ClassVar[str] = "bpe"
    has_positions: ClassVar[bool] = True

    num_layers: Annotated[NumLayers, Field(ge=2)]
    num_heads: Size
    hidden_dim: Size
    intermediate_dim: Size | None = None
    max_sequence_length: NumPositions = 1024
    dropout: Rate = 0.1
    attention_dropout: Rate = 0.1
    activation: Activation = "quick_gelu"
    norm_epsilon: Epsilon = 1e-5
    initializer_range: NonNegativeFloat = 0.02

    @model_validator(mode="after")
    def _heads_share_the_width(self):
        check_heads(hidden_dim=self.hidden_dim, num_heads=self.num_heads)
        return self

    @property
    def feed_forward_dim(self) -> int:
        """`intermediate_dim`, or four times the width."""
        return self.intermediate_dim or 4 * self.hidden_dim

    def body_count(self):
        """See `ModelConfig`; the output matrix is the embedding."""
        width = self.hidden_dim
        embeddings = (self.vocabulary_size + 2 * self.max_sequence_length) * width
        return embeddings + self.num_layers * count.block(width, self.feed_forward_dim) + count.layer_norm(width)

    def build_backbone(self):
        """The layers."""
        from .pangu_backbone import PanguBackbone

        return PanguBackbone(self, name="backbone")
