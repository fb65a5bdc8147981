"""Configuration of the BERT family."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import model_validator

from ...field_types import Size
from ...head_style import HeadStyle
from .. import weight_counts as count
from ..encoder_config import EncoderConfig


class BertConfig(EncoderConfig):
    """Embeddings of tokens, positions and segments, and bidirectional blocks (Devlin et al. 2018).

    The matrix of the masked head is the token embedding. The pooler, a dense layer of D units and tanh over the first
    token, belongs to the tasks "text_encoder" and "text_classifier", and to "masked_lm" if it also predicts the next
    sentence.

    Args:
        num_segments: the number of segment embeddings.
        pooler: "first_token", or None for a classifier that reads the unchanged vector of the first token.
        next_sentence: whether the task "masked_lm" also predicts if the second segment follows the first, as in
            Google's checkpoints; needs the pooler.
        **others: fields of `EncoderConfig`: vocabulary_size, num_layers, num_heads, hidden_dim, intermediate_dim,
            max_sequence_length, dropout, attention_dropout, activation, norm_epsilon, initializer_range.

    Example:
        >>> tiny = BertConfig(vocabulary_size=30522, num_layers=2, num_heads=2, hidden_dim=128, intermediate_dim=512)
        >>> tiny.parameter_count("text_encoder")
        4385920
    """

    family: ClassVar[str] = "bert"
    foreign: ClassVar[str] = ".foreign"

    num_segments: Size = 2
    pooler: Literal["first_token"] | None = "first_token"
    next_sentence: bool = True

    @model_validator(mode="after")
    def _next_sentence_needs_a_pooler(self):
        if self.next_sentence and self.pooler is None:
            raise ValueError("next_sentence=True needs pooler='first_token', not None")
        return self

    def embedding_count(self):
        """The parameters of tokens, positions, segments and the norm."""
        vectors = self.vocabulary_size + self.max_sequence_length + self.num_segments
        return vectors * self.hidden_dim + count.layer_norm(self.hidden_dim)

    @property
    def head_style(self):
        """See `ModelConfig`. The pooler is the first dense layer of a classifier."""
        return HeadStyle(
            classifier_activation=None if self.pooler is None else "tanh",
            masked_activation=self.activation,
            pooler=self.pooler is not None,
            next_sentence=self.next_sentence,
        )

    @staticmethod
    def from_bert_config(values: Mapping[str, Any]) -> "BertConfig":
        """Creates a configuration from the content of Google's `bert_config.json`.

        Args:
            values: its keys, which must all be known. `directionality` and the five pooler keys are in the files of the
                multilingual and Chinese models, but no code reads them; values that no published model has are refused.
                `hidden_act` "gelu" is the exact form, with the error function, as published weights are used
                everywhere.

        Raises:
            UserError: an unknown key, a missing key, or a value that no published model has, in one line.

        Example:
            >>> sizes = {"vocab_size": 99, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
            >>> more = {"intermediate_size": 16, "max_position_embeddings": 32, "type_vocab_size": 2}
            >>> BertConfig.from_bert_config({**sizes, **more}).hidden_dim
            8
        """
        from .foreign_config import from_bert_config

        return from_bert_config(values)

    def build_backbone(self):
        """Builds the layers."""
        from .bert_backbone import BertBackbone

        return BertBackbone(self, name="backbone")
