"""Configuration of the LLaMA family."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import NonNegativeFloat, PositiveFloat, model_validator

from ...field_types import Activation, Epsilon, NumLayers, NumPositions, Rate, Size, check_heads
from ...model_config import ModelConfig
from .. import weight_counts as count
from ..rotary_scaling import RotaryScaling


class LlamaConfig(ModelConfig):
    """Rotary positions, pre-norm blocks with RMS norms and a gated feed-forward part, no biases (Touvron et al. 2023).

    Args:
        vocabulary_size: the number of tokens, V.
        num_layers: the number of blocks.
        num_heads: the number of query heads.
        num_key_value_heads: the number of key and value heads, each shared by equally many query heads; num_heads by
            default.
        head_dim: the width of a head, even; by default hidden_dim / num_heads, which must be an integer.
        hidden_dim: the width of the model, D.
        intermediate_dim: the width of the feed-forward layer.
        max_sequence_length: the maximum sequence length.
        dropout: the dropout rate of the output of each part of a block.
        attention_dropout: the dropout rate of the attention weights.
        activation: the activation of the gate; "silu" makes it SwiGLU.
        norm_epsilon: the epsilon of every RMS norm.
        initializer_range: the standard deviation of initial matrices.
        rotary_base: the base of the wavelengths.
        rotary_scaling: the extension to texts longer than those of training, or None.
        sliding_window: the number of tokens that a block attends to, including the current one; None for all previous
            tokens (Mistral has 4,096).
        tie_embeddings: use the token embedding as the output matrix.

    Example:
        >>> LlamaConfig(
        ...     vocabulary_size=32000, num_layers=32, num_heads=32, hidden_dim=4096, intermediate_dim=11008
        ... ).parameter_count()
        6738415616
    """

    family: ClassVar[str] = "llama"
    foreign: ClassVar[str] = ".foreign"
    default_tokenizer: ClassVar[str] = "unigram"
    has_positions: ClassVar[bool] = True

    num_layers: NumLayers
    num_heads: Size
    num_key_value_heads: Size | None = None
    head_dim: Size | None = None
    hidden_dim: Size
    intermediate_dim: Size
    max_sequence_length: NumPositions = 2048
    dropout: Rate = 0.0
    attention_dropout: Rate = 0.0
    activation: Activation = "silu"
    norm_epsilon: Epsilon = 1e-6
    initializer_range: NonNegativeFloat = 0.02
    rotary_base: PositiveFloat = 10000.0
    rotary_scaling: RotaryScaling | None = None
    sliding_window: Size | None = None
    tie_embeddings: bool = False

    @model_validator(mode="after")
    def _heads_fit(self):
        if self.head_dim is None:
            check_heads(hidden_dim=self.hidden_dim, num_heads=self.num_heads)
        if self.key_dim % 2:
            raise ValueError(f"the width of a head must be even for rotary positions, not {self.key_dim}")
        if self.num_heads % self.key_value_heads:
            raise ValueError(
                f"num_heads ({self.num_heads}) must be divisible by num_key_value_heads ({self.key_value_heads})"
            )
        return self

    @property
    def key_value_heads(self) -> int:
        """`num_key_value_heads`, by default the number of query heads."""
        return self.num_key_value_heads or self.num_heads

    @property
    def key_dim(self) -> int:
        """`head_dim`, by default hidden_dim / num_heads."""
        return self.head_dim or self.hidden_dim // self.num_heads

    def body_count(self):
        """See `ModelConfig`."""
        width = self.hidden_dim
        attention = count.attention(
            width,
            query_dim=self.num_heads * self.key_dim,
            key_value_dim=self.key_value_heads * self.key_dim,
            use_bias=False,
        )
        feed_forward = count.feed_forward(width, self.intermediate_dim, gated=True, use_bias=False)
        blocks = self.num_layers * (attention + feed_forward + 2 * width)
        return self.vocabulary_size * width + blocks + width

    def head_count(self, task, **options):
        """See `ModelConfig`."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return 0 if self.tie_embeddings else self.vocabulary_size * self.hidden_dim

    @staticmethod
    def from_llama2c_header(values: Mapping[str, Any]) -> "LlamaConfig":
        """Creates a configuration from the seven numbers at the start of a llama2.c file.

        Args:
            values: dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size (negative if the output matrix is not the
                embedding) and seq_len; `shared_classifier`, true or false, may accompany a positive vocab_size.

        Raises:
            UserError: an unknown key, a missing key, or an invalid value, in one line.

        Example:
            >>> LlamaConfig.from_llama2c_header({
            ...     "dim": 64, "hidden_dim": 172, "n_layers": 5, "n_heads": 8, "n_kv_heads": 4, "vocab_size": 512,
            ...     "seq_len": 512,
            ... }).parameter_count()
            260032
        """
        from .foreign_config import from_llama2c_header

        return from_llama2c_header(values)

    def build_backbone(self):
        """Builds the layers."""
        from .llama_backbone import LlamaBackbone

        return LlamaBackbone(self, name="backbone")
