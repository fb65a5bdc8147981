"""Configuration of the LSTM family."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator

from ..recurrent_config import RecurrentConfig


def _zero_or_one(value: float) -> float:
    if value not in (0.0, 1.0):
        raise ValueError(f"must be 0.0 or 1.0, not {value}")
    return value


class LSTMConfig(RecurrentConfig):
    """Embedding, stacked LSTMs, softmax over the vocabulary.

    Args:
        forget_bias: the initial bias of the forget gates, 0.0 or 1.0.
        **others: fields of `RecurrentConfig`: vocabulary_size, embedding_dim, hidden_dim, num_layers, dropout,
            recurrent_dropout, norm, residual, tie_embeddings, initializer_range.
    """

    family: ClassVar[str] = "lstm"
    cell: ClassVar[str] = "lstm"
    gates: ClassVar[int] = 4

    forget_bias: Annotated[float, AfterValidator(_zero_or_one)] = 1.0

    def build_backbone(self):
        """Builds the layers."""
        from .lstm_backbone import LSTMBackbone

        return LSTMBackbone(self, name="backbone")
