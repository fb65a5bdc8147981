"""Configuration of the bidirectional next-word models."""

from typing import Annotated, ClassVar

from pydantic import Field

from ...field_types import NumLayers, NumPositions, Size
from ...model_config import ModelConfig


class BidirectionalLSTMConfig(ModelConfig):
    """The next word from the last `max_sequence_length` words, read forwards and backwards.

    Args:
        vocabulary_size: tokens, V.
        embedding_dim: width of the token embedding.
        hidden_dim: units per layer and direction.
        num_layers: stacked layers.
        max_sequence_length: words that the prediction looks back on, itself excluded.
        dropout: share dropped of the embedding, between layers and of the last output.
    """

    family: ClassVar[str] = "bilstm"

    embedding_dim: Size = 64
    hidden_dim: Size = 64
    num_layers: NumLayers = 1
    max_sequence_length: NumPositions = 32
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0

    def body_count(self):
        """See `ModelConfig`."""
        count = self.vocabulary_size * self.embedding_dim
        width = self.embedding_dim
        for _ in range(self.num_layers):
            count += 2 * 4 * self.hidden_dim * (width + self.hidden_dim + 1)
            width = 2 * self.hidden_dim
        return count

    @property
    def output_dim(self):
        """See `ModelConfig`; both directions side by side."""
        return 2 * self.hidden_dim

    def head_count(self, task, **options):
        """See `ModelConfig`; a matrix and its bias."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return self.vocabulary_size * (self.output_dim + 1)

    def build_backbone(self):
        """The layers."""
        from .bidirectional_lstm_backbone import BidirectionalLSTMBackbone

        return BidirectionalLSTMBackbone(self, name="backbone")
