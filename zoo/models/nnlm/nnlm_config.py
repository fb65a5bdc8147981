"""Configuration of the feed-forward language models."""

from typing import Annotated, ClassVar

from pydantic import Field, NonNegativeFloat

from ...field_types import Rate, Size
from ...model_config import ModelConfig
from .. import weight_counts as count

HIGHEST_ORDER = 64


class NNLMConfig(ModelConfig):
    """Predicts the next word from the previous n - 1 by a hidden layer (Bengio et al. 2003, JMLR 3, section 2).

    Args:
        vocabulary_size: the number of tokens, V.
        order: n, 2 to 64; the model reads the previous n - 1 words.
        embedding_dim: the width of a word's vector, m.
        hidden_dim: the number of hidden units, h.
        direct_connections: whether the output also reads the words' vectors, in addition to the hidden layer.
        dropout: the dropout rate of the words' vectors and of the hidden layer; the paper has none.
        initializer_range: matrices are initialized uniformly in ± this.
    """

    family: ClassVar[str] = "nnlm"

    order: Annotated[int, Field(ge=2, le=HIGHEST_ORDER)] = 5
    embedding_dim: Size = 100
    hidden_dim: Size = 200
    direct_connections: bool = False
    dropout: Rate = 0.0
    initializer_range: NonNegativeFloat = 0.1

    @property
    def window_dim(self) -> int:
        """The width of the vectors of all words of the window, (n - 1) m."""
        return (self.order - 1) * self.embedding_dim

    @property
    def output_dim(self):
        """See `ModelConfig`; the hidden layer and, with direct connections, the words' vectors."""
        return self.hidden_dim + (self.window_dim if self.direct_connections else 0)

    def body_count(self):
        """See `ModelConfig`."""
        return self.vocabulary_size * self.embedding_dim + count.dense(self.window_dim, self.hidden_dim)

    def head_count(self, task, **options):
        """See `ModelConfig`; a matrix and its bias."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return count.dense(self.output_dim, self.vocabulary_size)

    def build_backbone(self):
        """Builds the layers."""
        from .nnlm_backbone import NNLMBackbone

        return NNLMBackbone(self, name="backbone")
