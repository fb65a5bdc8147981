"""Configuration of the simple recurrent language models."""

from typing import ClassVar

from ..recurrent_config import RecurrentConfig


class RNNLMConfig(RecurrentConfig):
    """Embedding, stacked Elman networks with sigmoid units, softmax over the vocabulary.

    Args:
        **others: fields of `RecurrentConfig`: vocabulary_size, embedding_dim, hidden_dim, num_layers, dropout,
            recurrent_dropout, norm, residual, tie_embeddings, initializer_range.
    """

    family: ClassVar[str] = "rnnlm"
    cell: ClassVar[str] = "elman"

    def build_backbone(self):
        """Builds the layers."""
        from .rnnlm_backbone import RNNLMBackbone

        return RNNLMBackbone(self, name="backbone")
