"""The base class of the configurations of models with post-norm blocks."""

from typing import ClassVar

from pydantic import model_validator

from ..field_types import Activation, Epsilon, NumLayers, NumPositions, Rate, Size, check_heads
from ..model_config import ModelConfig


class PostNormConfig(ModelConfig):
    """Blocks as in Vaswani et al. 2017: a norm after each part, biases everywhere.

    Args:
        vocabulary_size: the number of tokens, V.
        num_layers: the number of blocks.
        num_heads: the number of attention heads; must divide hidden_dim.
        hidden_dim: the width of the model, D.
        intermediate_dim: the width of the feed-forward layer.
        max_sequence_length: the maximum sequence length that has positions.
        dropout: the dropout rate of the embeddings and of the output of each part of a block.
        attention_dropout: the dropout rate of the attention weights; 0 in the paper.
        activation: the activation of the feed-forward layer.
        norm_epsilon: the epsilon of every layer norm.
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
