"""Configuration of the bidirectional next-word models."""

from typing import Annotated, ClassVar

from pydantic import Field

from ...field_types import NumLayers, NumPositions, Size
from ...model_config import ModelConfig


class BidirectionalLSTMConfig(ModelConfig):
    """Predicts the next word from the last `max_sequence_length` words, read forwards and backwards.

    Args:
        vocabulary_size: the number of tokens, V.
        embedding_dim: the width of the token embedding.
        hidden_dim: the number of units per layer and direction.
        num_layers: the number of stacked layers.
        max_sequence_length: the number of previous words that a prediction is based on.
        dropout: the dropout rate of the embedding, between layers and of the last output.
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
        """See `ModelConfig`; both directions are concatenated."""
        return 2 * self.hidden_dim

    def head_count(self, task, **options):
        """See `ModelConfig`; a matrix and its bias."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return self.vocabulary_size * (self.output_dim + 1)

    def build_backbone(self):
        """Builds the layers."""
        from .bidirectional_lstm_backbone import BidirectionalLSTMBackbone

        return BidirectionalLSTMBackbone(self, name="backbone")
