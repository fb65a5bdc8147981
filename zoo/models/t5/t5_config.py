"""Configuration of the T5 family."""

from typing import ClassVar, Literal

from pydantic import PositiveFloat, model_validator

from ...field_types import Epsilon, NumLayers, NumPositions, Rate, Size
from ...model_config import ModelConfig
from .. import weight_counts as count


class T5Config(ModelConfig):
    """An encoder and a decoder with relative positions, pre-norm blocks with RMS norms, no biases (Raffel et al. 2019).

    Positions are a learned number per head for the distance of two tokens, sorted into buckets: one table for the
    encoder's blocks, one for the decoder's. Source and target share the token embedding. Scores are not divided by
    the root of the head's width. If the output matrix is the embedding, the decoder's outputs are multiplied by 1 / √D
    before it.

    Args:
        vocabulary_size: the number of tokens, V.
        num_layers: the number of encoder blocks.
        num_decoder_layers: the number of decoder blocks; num_layers by default.
        num_heads: the number of attention heads.
        head_dim: the width of a head; the heads together may be wider or narrower than D.
        hidden_dim: the width of the model, D.
        intermediate_dim: the width of the feed-forward layer.
        max_sequence_length: the maximum length of sources and targets in training and in the cache.
        relative_attention_buckets: the number of buckets of distances; even, since the encoder has half of them for
            each direction.
        relative_attention_max_distance: distances from this on share the last bucket.
        dropout: the dropout rate of the embeddings, of the output of each part of a block, of the attention weights and
            inside the feed-forward layer.
        norm_epsilon: the epsilon of every RMS norm.
        feed_forward: "relu", or "gated_gelu" with the tanh form of GELU (T5 1.1; Shazeer 2020).
        initializer_factor: a factor of the standard deviations of initial matrices.
        tie_embeddings: use the token embedding as the output matrix; T5 1.1 does not.
    """

    family: ClassVar[str] = "t5"
    foreign: ClassVar[str] = ".foreign"
    default_tokenizer: ClassVar[str] = "unigram"
    has_positions: ClassVar[bool] = True
    body: ClassVar = "encoder_decoder"
    default_task: ClassVar[str] = "seq2seq_lm"

    num_layers: NumLayers
    num_decoder_layers: NumLayers | None = None
    num_heads: Size
    head_dim: Size
    hidden_dim: Size
    intermediate_dim: Size
    max_sequence_length: NumPositions = 512
    relative_attention_buckets: Size = 32
    relative_attention_max_distance: Size = 128
    dropout: Rate = 0.1
    norm_epsilon: Epsilon = 1e-6
    feed_forward: Literal["relu", "gated_gelu"] = "relu"
    initializer_factor: PositiveFloat = 1.0
    tie_embeddings: bool = True

    @model_validator(mode="after")
    def _sizes_fit(self):
        buckets, distance = self.relative_attention_buckets, self.relative_attention_max_distance
        if buckets < 4 or buckets % 2:
            raise ValueError(f"relative_attention_buckets must be even and at least 4, not {buckets}")
        if distance <= buckets // 2:  # the decoder's first half of the buckets counts single steps
            raise ValueError(
                f"relative_attention_max_distance ({distance}) must be above half of relative_attention_buckets "
                f"({buckets})"
            )
        return self

    @property
    def decoder_layers(self) -> int:
        """`num_decoder_layers`, by default the number of encoder blocks."""
        return self.num_decoder_layers or self.num_layers

    def body_count(self):
        """See `ModelConfig`."""
        width = self.hidden_dim
        attention = count.attention(width, query_dim=self.num_heads * self.head_dim, use_bias=False) + width
        gated = self.feed_forward == "gated_gelu"
        feed_forward = count.feed_forward(width, self.intermediate_dim, gated=gated, use_bias=False) + width
        encoder = self.num_layers * (attention + feed_forward) + width
        decoder = self.decoder_layers * (2 * attention + feed_forward) + width
        positions = 2 * self.relative_attention_buckets * self.num_heads
        return self.vocabulary_size * width + positions + encoder + decoder

    def head_count(self, task, **options):
        """See `ModelConfig`."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return 0 if self.tie_embeddings else self.vocabulary_size * self.hidden_dim

    def build_backbone(self):
        """Builds the layers."""
        from .t5_backbone import T5Backbone

        return T5Backbone(self, name="backbone")
