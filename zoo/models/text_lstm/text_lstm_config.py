"""Configuration of the LSTMs that read a whole text."""

from typing import ClassVar, Literal

from ...field_types import NumLayers, Rate, Size
from ...head_style import HeadStyle
from ...model_config import ModelConfig
from .. import weight_counts as count


class TextLSTMConfig(ModelConfig):
    """Embedding and stacked LSTMs over a whole text, for classifying and tagging.

    Args:
        vocabulary_size: the number of tokens, V.
        embedding_dim: the width of the token embedding.
        hidden_dim: the number of units per layer and direction, H.
        num_layers: the number of stacked layers.
        directions: "both" (Graves & Schmidhuber 2005: hidden states are 2H wide) or "forward".
        pooling: the input of a classifier: "last_state" (of each direction), "mean", "max" or "attention" (Yang et al.
            2016, a mean with learned weights).
        dropout: the dropout rate of the embedding, between layers and of the last output.
    """

    family: ClassVar[str] = "text_lstm"
    body: ClassVar = "encoder"
    default_task: ClassVar[str] = "text_classifier"

    embedding_dim: Size
    hidden_dim: Size
    num_layers: NumLayers = 1
    directions: Literal["both", "forward"] = "both"
    pooling: Literal["last_state", "mean", "max", "attention"] = "max"
    dropout: Rate = 0.0

    def body_count(self):
        """See `ModelConfig`."""
        total, width = self.vocabulary_size * self.embedding_dim, self.embedding_dim
        for _ in range(self.num_layers):
            total += self.output_dim * 4 * (width + self.hidden_dim + 1)
            width = self.output_dim
        return total

    def head_count(self, task, **options):
        """See `ModelConfig`; for a classifier in plain Python."""
        if task != self.default_task:
            return super().head_count(task, **options)
        width = self.output_dim
        pooler = count.dense(width, width) + width if self.pooling == "attention" else 0
        return pooler + count.dense(width, options.get("num_classes", 2))

    @property
    def output_dim(self):
        """See `ModelConfig`; both directions are concatenated."""
        return self.hidden_dim * (2 if self.directions == "both" else 1)

    @property
    def head_style(self):
        """See `ModelConfig`."""
        last = "both_ends" if self.directions == "both" else "last_token"
        pooling = last if self.pooling == "last_state" else self.pooling
        return HeadStyle(pooling=pooling, masked_activation=None)

    def build_backbone(self):
        """Builds the layers."""
        from .text_lstm_backbone import TextLSTMBackbone

        return TextLSTMBackbone(self, name="backbone")
