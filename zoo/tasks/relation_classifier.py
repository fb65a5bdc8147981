"""Relation classifiers, which classify how two marked parts of a text are related."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ...layers.heads import ClassificationHead
from ...layers.plain.errors import UserError
from ...layers.plain.generation_options import checked_integer
from ...layers.text import Tokenizer
from ..model_config import ModelConfig
from ..models import weight_counts as count
from .registry import register_task
from .string_function import StringFunction
from .text_classifier import PROBLEM_TYPES, TextClassifier

MARKERS = ("<e1>", "</e1>", "<e2>", "</e2>")


@register_task("relation_classifier")
@keras.saving.register_keras_serializable(package="langzoo")
class RelationClassifier(TextClassifier):
    """An encoder that reads two parts between markers, and a head over the vectors of the two opening markers.

    This is "entity start" of Baldini Soares et al. 2019 (arXiv:1906.03158, section 3.2). The markers `<e1>`, `</e1>`,
    `<e2>` and `</e2>` are tokens of the vocabulary; training adds them to the vocabulary of a body without them.

    Args:
        config: a configuration of a family with an encoder.
        tokenizer: a tokenizer with the markers among its tokens.
        labels: the names of the relations, in the order of the logits.
        marker_ids: the ids of `<e1>` and `<e2>`; None for the tokenizer's, or 0 and 1 without one.
        **kwargs: `name`.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask"][, "segment_ids"]}`; returns `{"logits": float32 (B, C)}`.

    Raises:
        UserError: the tokenizer has no markers and there are no ids; or as in `TextClassifier`.

    Example:
        >>> import langzoo.zoo as zoo
        >>> options = {"labels": ["Other", "Cause-Effect(e1,e2)"], "marker_ids": [5, 7]}
        >>> model = zoo.create("roberta_tiny", task="relation_classifier", options=options)
        >>> model({"token_ids": tf.constant([[0, 5, 9, 6, 7, 9, 8, 2]])})["logits"].shape
        TensorShape([1, 2])
    """

    bodies = ("encoder",)
    purpose = "classifies the relation between two marked parts of a text"
    intended_use = "Finding relations between named things in texts like those of its training data."
    example_call = 'classify(["the <e1>burst</e1> was caused by <e2>pressure</e2>"])'

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        labels: Sequence[str] = ("0", "1"),
        marker_ids: Sequence[int] | None = None,
        **kwargs: Any,
    ):
        if marker_ids is None:
            marker_ids = (0, 1)
            if tokenizer is not None:
                marker_ids = [_marker_id(tokenizer, marker) for marker in (MARKERS[0], MARKERS[2])]
        if not isinstance(marker_ids, (list, tuple)) or len(marker_ids) != 2:
            raise UserError(f"marker_ids must be the ids of {MARKERS[0]} and {MARKERS[2]}, not {str(marker_ids)[:60]}")
        super().__init__(config, tokenizer=tokenizer, labels=labels, problem_type=PROBLEM_TYPES[0], **kwargs)
        last = config.vocabulary_size - 1
        self.marker_ids = tuple(checked_integer("marker_ids", each, 0, last) for each in marker_ids)

    def _make_head(self) -> ClassificationHead:
        head = ClassificationHead(
            len(self.labels),
            activation=None,
            dropout=getattr(self.config, "dropout", 0.0),
            kernel_initializer=self.backbone.initializer(),
            name="head",
        )
        head.build((None, 2 * self.backbone.hidden_dim))
        return head

    def make_attention_pooler(self) -> None:
        """See `EncoderModel`; the head reads the markers."""

    @classmethod
    def head_count(cls, config: ModelConfig, *, num_classes: int = 2) -> int:
        """See `TextModel`."""
        if num_classes < 2:
            raise UserError(f"num_classes must be at least 2, not {num_classes}")
        return count.dense(2 * config.output_dim, num_classes)

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        return {"labels": list(self.labels), "marker_ids": list(self.marker_ids)}

    def read_by_head(self, hidden: Any, inputs: Mapping[str, Any]) -> Any:
        """See `TextClassifier`; a row whose marker was truncated is read at its first token instead."""
        ids = inputs["token_ids"]
        places = [tf.argmax(tf.cast(ids == marker, tf.int32), axis=1) for marker in self.marker_ids]  # each (B,)
        return tf.concat([tf.gather(hidden, place, batch_dims=1) for place in places], axis=-1)  # (B, 2D)

    def string_functions(self) -> dict[str, StringFunction]:
        """See `TextClassifier`; a relation is in one text."""
        return {name: each for name, each in super().string_functions().items() if name != "classify_pairs"}

    def classify(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Predicts the relation in each text, like `TextClassifier.classify`.

        Args:
            texts: list of strings, each with `<e1>`, `</e1>`, `<e2>` and `</e2>` once.
            pairs: must be None.

        Raises:
            UserError: a text has no marker, or one twice; pairs are given; or as in `TextClassifier.classify`.
            ValueError: texts is one string, or not strings.
        """
        self.refuse_pairs(pairs)
        for text in [] if isinstance(texts, str) else texts:
            wrong = [marker for marker in MARKERS if isinstance(text, str) and text.count(marker) != 1]
            if wrong:
                raise UserError(f"{text[:60]!r} must have {wrong[0]} once: mark both parts, {' '.join(MARKERS)}")
        return super().classify(texts)


def _marker_id(tokenizer: Tokenizer, marker: str) -> int:
    if marker not in (tokenizer.vocabulary or ()):
        raise UserError(
            f"the tokenizer has no token {marker}: a relation_classifier needs {' '.join(MARKERS)} in its vocabulary, "
            "as `langzoo train --task relation_classifier` puts them there"
        )
    return tokenizer.token_to_id(marker)
