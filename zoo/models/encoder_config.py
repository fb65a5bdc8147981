"""The base class of the configurations of BERT and its relatives."""

from abc import abstractmethod
from typing import ClassVar

from pydantic import NonNegativeFloat

from ..field_types import Activation, Epsilon, Rate
from . import weight_counts as count
from .post_norm_config import PostNormConfig


class EncoderConfig(PostNormConfig):
    """Learned positions, a norm after the embeddings, bidirectional post-norm blocks; biases everywhere.

    A family defines the size of its embeddings in `embedding_count`, and its heads in `head_style`.

    Args:
        initializer_range: the standard deviation of initial matrices.
        **others: fields of `PostNormConfig`: vocabulary_size, num_layers, num_heads, hidden_dim, intermediate_dim,
            max_sequence_length, dropout, attention_dropout, activation, norm_epsilon.
    """

    body: ClassVar = "encoder"
    default_task: ClassVar[str] = "masked_lm"
    default_tokenizer: ClassVar[str] = "wordpiece"

    attention_dropout: Rate = 0.1
    activation: Activation = "gelu"
    norm_epsilon: Epsilon = 1e-12
    initializer_range: NonNegativeFloat = 0.02

    @abstractmethod
    def embedding_count(self) -> int:
        """The number of parameters before the first block."""

    @property
    def embedding_width(self) -> int:
        """The width of the token embedding, which is the matrix of the masked head."""
        return self.hidden_dim

    def body_count(self):
        """See `ModelConfig`."""
        return self.embedding_count() + self.num_layers * count.block(self.hidden_dim, self.intermediate_dim)

    def head_count(self, task, **options):
        """See `ModelConfig`; in plain Python for the default tasks of published models."""
        width, style = self.hidden_dim, self.head_style
        pooler = count.dense(width, width) if style.pooler else 0
        if task == "text_encoder":
            return pooler
        if task == "replaced_token_detector":
            return count.dense(width, width) + count.dense(width, 1)
        if task == "masked_lm":
            inner = count.dense(width, self.embedding_width) + count.layer_norm(self.embedding_width)
            next_sentence = pooler + count.dense(width, 2) if style.next_sentence else 0
            return inner + self.vocabulary_size + next_sentence
        return super().head_count(task, **options)
