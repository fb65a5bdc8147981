"""Configuration of the first Transformers."""

from typing import ClassVar

from pydantic import PositiveInt, model_validator

from ...model_config import ModelConfig
from .. import weight_counts as count
from ..field_types import Activation, Epsilon, Rate, check_heads


class TransformerConfig(ModelConfig):
    """An encoder and a decoder with sinusoidal positions and post-norm blocks (Vaswani et al. 2017).

    Source, target and output share one embedding, which is multiplied by √D where it is read (section 3.4); the output
    has no bias, all other dense layers have one. Dense layers start as Glorot & Bengio 2010 say, the embedding with the
    standard deviation 1 / √D.

    Args:
        vocabulary_size: tokens of source and target together, V.
        num_layers: blocks of the encoder.
        num_decoder_layers: blocks of the decoder; num_layers by default.
        num_heads: attention heads; they share hidden_dim evenly.
        hidden_dim: width, D; even, since a position is sines and cosines.
        intermediate_dim: width of the feed-forward part.
        max_sequence_length: longest source and longest target that are trained and kept in the cache.
        dropout: share dropped of the embeddings and of what each part of a block adds.
        attention_dropout: share dropped of the attention weights; the paper drops none.
        activation: of the feed-forward part.
        norm_epsilon: of every layer norm.
    """

    family: ClassVar[str] = "transformer"
    default_tokenizer: ClassVar[str] = "unigram"
    has_positions: ClassVar[bool] = True
    tasks: ClassVar[tuple[str, ...]] = ("seq2seq_lm",)
    default_task: ClassVar[str] = "seq2seq_lm"

    num_layers: PositiveInt
    num_decoder_layers: PositiveInt | None = None
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

    @property
    def decoder_layers(self) -> int:
        """`num_decoder_layers`, or as many as the encoder has."""
        return self.num_decoder_layers or self.num_layers

    def parameter_count(self, task=None):
        """Trainable weights, counted without building them."""
        self.checked_task(task)
        width = self.hidden_dim
        block = count.block(width, self.intermediate_dim)
        decoder_block = block + count.attention(width) + count.layer_norm(width)
        return self.vocabulary_size * width + self.num_layers * block + self.decoder_layers * decoder_block

    def build_backbone(self):
        """The layers."""
        from .transformer_backbone import TransformerBackbone

        return TransformerBackbone(self, name="backbone")
