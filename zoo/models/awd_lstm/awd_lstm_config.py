"""Configuration of the regularised LSTM language models."""

from typing import ClassVar

from pydantic import NonNegativeFloat

from ...field_types import NumLayers, Rate, Size
from ...model_config import ModelConfig


class AWDLSTMConfig(ModelConfig):
    """Embedding, stacked weight-dropped LSTMs, softmax with the embedding's matrix (Merity et al. 2018).

    Args:
        vocabulary_size: the number of tokens, V.
        embedding_dim: the width of the token embedding, and of the last layer.
        hidden_dim: the number of units of each layer except the last.
        num_layers: the number of stacked LSTMs.
        embedding_dropout: the share of words that are dropped, everywhere in a batch.
        input_dropout: the dropout rate of the embedding, one mask for all steps.
        hidden_dropout: the dropout rate between layers, one mask for all steps.
        output_dropout: the dropout rate of the last layer, one mask for all steps.
        weight_drop: the dropout rate of the recurrent kernels.
        tie_embeddings: use the token embedding as the output matrix.
        initializer_range: embedding and output matrix are initialized uniformly in ± this; LSTMs in ± 1 / sqrt(units).
    """

    family: ClassVar[str] = "awd_lstm"

    embedding_dim: Size
    hidden_dim: Size
    num_layers: NumLayers = 3
    embedding_dropout: Rate = 0.1
    input_dropout: Rate = 0.4
    hidden_dropout: Rate = 0.25
    output_dropout: Rate = 0.4
    weight_drop: Rate = 0.5
    tie_embeddings: bool = True
    initializer_range: NonNegativeFloat = 0.1

    @property
    def widths(self) -> list[int]:
        """The number of units of each layer."""
        return [*[self.hidden_dim] * (self.num_layers - 1), self.embedding_dim]

    @property
    def output_dim(self):
        """See `ModelConfig`; the last layer is as wide as the embedding."""
        return self.embedding_dim

    def body_count(self):
        """See `ModelConfig`."""
        count, below = self.vocabulary_size * self.embedding_dim, self.embedding_dim
        for width in self.widths:
            count += 4 * width * (below + width + 1)
            below = width
        return count

    def head_count(self, task, **options):
        """See `ModelConfig`; a bias per token, and the matrix unless it is the embedding."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return self.vocabulary_size * (1 if self.tie_embeddings else self.embedding_dim + 1)

    def build_backbone(self):
        """Builds the layers."""
        from .awd_lstm_backbone import AWDLSTMBackbone

        return AWDLSTMBackbone(self, name="backbone")
