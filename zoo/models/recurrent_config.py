"""The base class of the configurations of recurrent language models."""

from typing import ClassVar, Literal

from pydantic import NonNegativeFloat, model_validator

from ..field_types import NumLayers, Rate, Size
from ..model_config import ModelConfig


class RecurrentConfig(ModelConfig):
    """Embedding, stacked recurrent layers, softmax over the vocabulary; a family defines its layers.

    Args:
        vocabulary_size: the number of tokens, V.
        embedding_dim: the width of the token embedding.
        hidden_dim: the number of units per layer.
        num_layers: the number of stacked layers.
        dropout: the dropout rate of the embedding, between layers and of the last output (Zaremba et al. 2014).
        recurrent_dropout: the dropout rate of h_{t-1}, one mask for the steps of a batch (Gal & Ghahramani 2016).
        norm: "none", "layer" or "batch", after every layer.
        residual: whether to add a layer's input to its output.
        tie_embeddings: use the token embedding as the output matrix; needs embedding_dim == hidden_dim.
        initializer_range: matrices are initialized uniformly in ± this.

    Attributes:
        cell: the cell of `RecurrentEncoder`, set by each family.
        gates: the number of matrices of a cell for its input, and for its state.
        biases: the number of biases of each gate.
    """

    cell: ClassVar[str]
    gates: ClassVar[int] = 1
    biases: ClassVar[int] = 1

    embedding_dim: Size
    hidden_dim: Size
    num_layers: NumLayers = 1
    dropout: Rate = 0.0
    recurrent_dropout: Rate = 0.0
    norm: Literal["none", "layer", "batch"] = "none"
    residual: bool = False
    tie_embeddings: bool = False
    initializer_range: NonNegativeFloat = 0.1

    @model_validator(mode="after")
    def _tied_widths_agree(self):
        if self.tie_embeddings and self.embedding_dim != self.hidden_dim:
            raise ValueError(
                f"tie_embeddings needs embedding_dim ({self.embedding_dim}) and hidden_dim ({self.hidden_dim}) equal"
            )
        return self

    def body_count(self):
        """See `ModelConfig`; includes the counts of a batch norm."""
        count = self.vocabulary_size * self.embedding_dim
        width = self.embedding_dim
        for _ in range(self.num_layers):
            count += self.gates * self.hidden_dim * (width + self.hidden_dim + self.biases)
            width = self.hidden_dim
        per_norm = {"none": 0, "layer": 2, "batch": 4}[self.norm]
        return count + self.num_layers * per_norm * self.hidden_dim

    def head_count(self, task, **options):
        """See `ModelConfig`; a bias per token, and the matrix unless it is the embedding."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return self.vocabulary_size * (1 if self.tie_embeddings else self.hidden_dim + 1)
