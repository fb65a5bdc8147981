"""Configuration of the GPT-2 family."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import NonNegativeFloat, model_validator

from ...field_types import Activation, Epsilon, NumLayers, NumPositions, Rate, Size, check_heads
from ...model_config import ModelConfig
from .. import weight_counts as count


class GPT2Config(ModelConfig):
    """Learned positions, causal pre-norm blocks, and a final norm (Radford et al. 2019).

    The output matrix is the token embedding, without a bias.

    Args:
        vocabulary_size: the number of tokens, V.
        num_layers: the number of blocks.
        num_heads: the number of attention heads; must divide hidden_dim.
        hidden_dim: the width of the model, D.
        intermediate_dim: the width of the feed-forward layer; 4 D by default.
        max_sequence_length: the maximum sequence length.
        dropout: the dropout rate of the embeddings and of the output of each part of a block.
        attention_dropout: the dropout rate of the attention weights.
        activation: the activation of the feed-forward layer.
        norm_epsilon: the epsilon of every layer norm.
        use_bias: whether dense layers and norms have a bias; those of nanoGPT have none.
        initializer_range: the standard deviation of initial matrices.
        local_attention_window: the number of tokens, including the current one, that every second block attends to,
            beginning with the second block; None if all blocks attend to all previous tokens. GPT-3 alternates dense
            and locally banded attention (Brown et al. 2020, section 2.1).

    Example:
        >>> GPT2Config(vocabulary_size=50257, num_layers=12, num_heads=12, hidden_dim=768).parameter_count()
        124439808
    """

    family: ClassVar[str] = "gpt2"
    foreign: ClassVar[str] = ".foreign"
    default_tokenizer: ClassVar[str] = "bpe"
    has_positions: ClassVar[bool] = True

    num_layers: NumLayers
    num_heads: Size
    hidden_dim: Size
    intermediate_dim: Size | None = None
    max_sequence_length: NumPositions = 1024
    dropout: Rate = 0.1
    attention_dropout: Rate = 0.1
    activation: Activation = "gelu_approximate"
    norm_epsilon: Epsilon = 1e-5
    use_bias: bool = True
    initializer_range: NonNegativeFloat = 0.02
    local_attention_window: Size | None = None

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
        width, use_bias = self.hidden_dim, self.use_bias
        return (
            (self.vocabulary_size + self.max_sequence_length) * width
            + self.num_layers * count.block(width, self.feed_forward_dim, use_bias=use_bias)
            + count.layer_norm(width, use_bias=use_bias)
        )

    @staticmethod
    def from_hparams(values: Mapping[str, Any]) -> "GPT2Config":
        """Creates a configuration from the content of OpenAI's `hparams.json`.

        Args:
            values: n_vocab, n_ctx, n_embd, n_head and n_layer, all of them and nothing else.

        Raises:
            UserError: an unknown key, a missing key, or an invalid value, in one line.

        Example:
            >>> small = {"n_vocab": 50257, "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_layer": 12}
            >>> GPT2Config.from_hparams(small).parameter_count()
            124439808
        """
        from .foreign_config import from_hparams

        return from_hparams(values)

    def build_backbone(self):
        """Builds the layers."""
        from .gpt2_backbone import GPT2Backbone

        return GPT2Backbone(self, name="backbone")
