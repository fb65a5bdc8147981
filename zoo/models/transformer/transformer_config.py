"""Configuration of the first Transformers."""

from typing import ClassVar

from pydantic import model_validator

from ...field_types import NumLayers
from .. import weight_counts as count
from ..post_norm_config import PostNormConfig


class TransformerConfig(PostNormConfig):
    """An encoder and a decoder with sinusoidal positions and post-norm blocks (Vaswani et al. 2017).

    Source, target and output share one embedding, which is multiplied by √D at the input (section 3.4); the output has
    no bias, all other dense layers have one. Dense layers are initialized as in Glorot & Bengio 2010, the embedding
    with the standard deviation 1 / √D.

    Args:
        num_decoder_layers: the number of decoder blocks; num_layers by default.
        **others: fields of `PostNormConfig`: vocabulary_size, num_layers, num_heads, hidden_dim (even, for sines and
            cosines), intermediate_dim, max_sequence_length, dropout, attention_dropout, activation, norm_epsilon.
    """

    family: ClassVar[str] = "transformer"
    default_tokenizer: ClassVar[str] = "unigram"
    body: ClassVar = "encoder_decoder"
    default_task: ClassVar[str] = "seq2seq_lm"

    num_decoder_layers: NumLayers | None = None

    @model_validator(mode="after")
    def _width_is_even(self):
        if self.hidden_dim % 2:
            raise ValueError(f"hidden_dim must be even for sinusoidal positions, not {self.hidden_dim}")
        return self

    @property
    def decoder_layers(self) -> int:
        """`num_decoder_layers`, by default the number of encoder blocks."""
        return self.num_decoder_layers or self.num_layers

    def body_count(self):
        """See `ModelConfig`; the output matrix is the embedding."""
        width = self.hidden_dim
        block = count.block(width, self.intermediate_dim)
        decoder_block = block + count.attention(width) + count.layer_norm(width)
        return self.vocabulary_size * width + self.num_layers * block + self.decoder_layers * decoder_block

    def build_backbone(self):
        """Builds the layers."""
        from .transformer_backbone import TransformerBackbone

        return TransformerBackbone(self, name="backbone")
