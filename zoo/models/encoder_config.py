"""What the configurations of BERT's relatives share."""

from abc import abstractmethod
from typing import ClassVar

from pydantic import NonNegativeFloat

from ...layers.plain.errors import UserError
from . import weight_counts as count
from ..field_types import Activation, Epsilon, Rate
from .post_norm_config import PostNormConfig


class EncoderConfig(PostNormConfig):
    """Learned positions, a norm behind the embeddings, post-norm blocks that see both sides; biases everywhere.

    A family says what its embeddings and heads hold, in `embedding_count` and `head_count`.

    Args:
        initializer_range: standard deviation that matrices start with.
        **others: of `PostNormConfig`: vocabulary_size, num_layers, num_heads, hidden_dim, intermediate_dim,
            max_sequence_length, dropout, attention_dropout, activation, norm_epsilon.
    """

    tasks: ClassVar[tuple[str, ...]] = ("masked_lm", "text_encoder", "text_classifier")
    default_task: ClassVar[str] = "masked_lm"
    default_tokenizer: ClassVar[str] = "wordpiece"

    attention_dropout: Rate = 0.1
    activation: Activation = "gelu"
    norm_epsilon: Epsilon = 1e-12
    initializer_range: NonNegativeFloat = 0.02

    @abstractmethod
    def embedding_count(self) -> int:
        """Weights before the first block."""

    @abstractmethod
    def head_count(self, task: str, num_classes: int) -> int:
        """Weights behind the last block."""

    def parameter_count(self, task=None, *, num_classes: int = 2):
        """Trainable weights, counted without building them.

        Args:
            task: of `tasks`; the body is counted with its head.
            num_classes: of the task "text_classifier".
        """
        task = self.checked_task(task)
        if num_classes < 1:
            raise UserError(f"num_classes must be at least 1, not {num_classes}")
        blocks = self.num_layers * count.block(self.hidden_dim, self.intermediate_dim)
        return self.embedding_count() + blocks + self.head_count(task, num_classes)

    def masked_head_count(self, width: int) -> int:
        """The masked-language-model head: dense D -> width, norm, and a bias a token; the matrix is the embedding."""
        return count.dense(self.hidden_dim, width) + count.layer_norm(width) + self.vocabulary_size

    def two_layer_classifier_count(self, num_classes: int) -> int:
        """A dense layer D -> D, and one D -> classes."""
        return count.dense(self.hidden_dim, self.hidden_dim) + count.dense(self.hidden_dim, num_classes)
