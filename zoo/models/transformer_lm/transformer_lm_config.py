"""Configuration of Transformer language models with sinusoidal positions."""

from typing import ClassVar

from pydantic import model_validator

from .. import weight_counts as count
from ..post_norm_config import PostNormConfig


class TransformerLMConfig(PostNormConfig):
    """The first Transformer's decoder alone: sinusoidal positions, post-norm blocks (Vaswani et al. 2017; Liu et al.
    2018).

    The output matrix is the embedding, which is multiplied by √D at the input; the output has no bias, all other dense
    layers have one. They are initialized as in Glorot & Bengio 2010, the embedding with the standard deviation 1 / √D.

    Args:
        **others: fields of `PostNormConfig`: vocabulary_size, num_layers, num_heads, hidden_dim (even, for sines and
            cosines), intermediate_dim, max_sequence_length, dropout, attention_dropout, activation, norm_epsilon.
    """

    family: ClassVar[str] = "transformer_lm"
    default_tokenizer: ClassVar[str] = "unigram"

    @model_validator(mode="after")
    def _width_is_even(self):
        if self.hidden_dim % 2:
            raise ValueError(f"hidden_dim must be even for sinusoidal positions, not {self.hidden_dim}")
        return self

    def body_count(self):
        """See `ModelConfig`; the output matrix is the embedding."""
        blocks = self.num_layers * count.block(self.hidden_dim, self.intermediate_dim)
        return self.vocabulary_size * self.hidden_dim + blocks

    def build_backbone(self):
        """Builds the layers."""
        from .transformer_lm_backbone import TransformerLMBackbone

        return TransformerLMBackbone(self, name="backbone")
