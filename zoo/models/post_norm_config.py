"""The base of the configurations of models with post-norm blocks."""

from typing import ClassVar

from pydantic import model_validator

from ..field_types import Activation, Epsilon, NumLayers, NumPositions, Rate, Size, check_heads
from ..model_config import ModelConfig


class PostNormConfig(ModelConfig):
    """Blocks as Vaswani et al. 2017 have them: the norm after each part, biases everywhere.

    Args:
        vocabulary_size: tokens, V.
        num_layers: blocks.
        num_heads: attention heads; they share hidden_dim evenly.
        hidden_dim: width, D.
        intermediate_dim: width of the feed-forward part.
        max_sequence_length: longest sequence that has positions.
        dropout: share dropped of the embeddings and of what each part of a block adds.
        attention_dropout: share dropped of the attention weights; the paper drops none.
        activation: of the feed-forward part.
        norm_epsilon: of every layer norm.
    """

    has_positions: ClassVar[bool] = True

    num_layers: NumLayers
    num_heads: Size
    hidden_dim: Size
    intermediate_dim: Size
    max_sequence_length: NumPositions = 512
    dropout: Rate = 0.1
    attention_dropout: Rate = 0.0
    activation: Activation = "relu"
    norm_epsilon: Epsilon = 1e-6

    @model_validator(mode="after")
    def _heads_share_the_width(self):
        check_heads(hidden_dim=self.hidden_dim, num_heads=self.num_heads)
        return self
