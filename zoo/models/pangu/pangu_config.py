"""Configuration of the PanGu-α family."""

from typing import Annotated, ClassVar

from pydantic import Field, NonNegativeFloat, model_validator

from ...field_types import Activation, Epsilon, NumLayers, NumPositions, Rate, Size, check_heads
from ...model_config import ModelConfig
from .. import weight_counts as count


class PanguConfig(ModelConfig):
    """GPT-2's blocks with a query layer on top (Zeng et al. 2021, section 2).

    The query layer is a block whose queries come from an embedding of the position to predict; its keys and values come
    from the output of the blocks below, after the norm. The output matrix is the token embedding, without a bias, as in
    the authors' MindSpore code.

    Args:
        vocabulary_size: the number of tokens, V.
        num_layers: the number of blocks, including the query layer, as counted in the paper; at least 2.
        num_heads: the number of attention heads; must divide hidden_dim.
        hidden_dim: the width of the model, D.
        intermediate_dim: the width of the feed-forward layer; 4 D by default.
        max_sequence_length: the maximum sequence length; rows of the embedding of positions and of that of queries.
        dropout: the dropout rate of the embeddings and of the output of each part of a block.
        attention_dropout: the dropout rate of the attention weights.
        activation: the activation of the feed-forward layer.
        norm_epsilon: the epsilon of every layer norm.
        initializer_range: the standard deviation of initial matrices.
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
        """Builds the layers."""
        from .pangu_backbone import PanguBackbone

        return PanguBackbone(self, name="backbone")
