"""Configuration of the GRU family."""

from typing import ClassVar

from ..recurrent_config import RecurrentConfig


class GRUConfig(RecurrentConfig):
    """Embedding, stacked GRUs with the reset gate after the product, softmax over the vocabulary.

    Args:
        **others: fields of `RecurrentConfig`: vocabulary_size, embedding_dim, hidden_dim, num_layers, dropout,
            recurrent_dropout, norm, residual, tie_embeddings, initializer_range.
    """

    family: ClassVar[str] = "gru"
    cell: ClassVar[str] = "gru"
    gates: ClassVar[int] = 3
    biases: ClassVar[int] = 2

    def build_backbone(self):
        """Builds the layers."""
        from .gru_backbone import GRUBackbone

        return GRUBackbone(self, name="backbone")
