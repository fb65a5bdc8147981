"""Configuration of Transformer language models with sinusoidal positions."""

from typing import ClassVar

from pydantic import PositiveInt, model_validator

from ...model_config import ModelConfig
from .. import weight_counts as count
from ..field_types import Activation, Epsilon, Rate, check_heads


class TransformerLMConfig(ModelConfig):
    """The first Transformer's decoder alone: sinusoidal positions, post-norm blocks (Vaswani et al. 2017; Liu et al.
    2018).

    The output matrix is the embedding, which is multiplied by √D where it is read; the output has no bias, all other
    dense layers have one. They start as Glorot & Bengio 2010 say, the embedding with the standard deviation 1 / √D.

    Args:
        vocabulary_size: tokens, V.
        num_layers: blocks.
        num_heads: attention heads; they share hidden_dim evenly.
        hidden_dim: width, D; even, since a position is sines and cosines.
        intermediate_dim: width of the feed-forward part.
        max_sequence_length: longest text that is trained and kept in the cache.
        dropout: share dropped of the embeddings and of what each part of a block adds.
        attention_dropout: share dropped of the attention weights.
        activation: of the feed-forward part.
        norm_epsilon: of every layer norm.
    """

    family: ClassVar[str] = "transformer_lm"
    default_tokenizer: ClassVar[str] = "unigram"
    has_positions: ClassVar[bool] = True

    num_layers: PositiveInt
    num_heads: PositiveInt
    hidden_dim: PositiveInt
    intermediate_dim: PositiveInt
    max_sequence_length: PositiveInt = 512
    dropout: Rate = 0.1
    attention_dropout: Rate = 0.0
    activation: Activation = "relu"
    norm_epsilon: Epsilon = 1e-6

    @model_validator(mode="after")
    def _sizes_fit(self):
        check_heads(hidden_dim=self.hidden_dim, num_heads=self.num_heads)
        if self.hidden_dim % 2:
            raise ValueError(f"hidden_dim must be even for sinusoidal positions, not {self.hidden_dim}")
        return self

    def parameter_count(self, task=None):
        """Trainable weights, counted without building them."""
        self.checked_task(task)
        blocks = self.num_layers * count.block(self.hidden_dim, self.intermediate_dim)
        return self.vocabulary_size * self.hidden_dim + blocks

    def build_backbone(self):
        """The layers."""
        from .transformer_lm_backbone import TransformerLMBackbone

        return TransformerLMBackbone(self, name="backbone")
