"""Extractive question answering, which finds the span of a text that answers a question."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ...layers.heads import ClassificationHead
from ...layers.plain.errors import UserError
from ...layers.plain.generation_options import checked_integer
from ...layers.plain.span_answers import (
    DEFAULT_COUNT,
    MOST_CANDIDATES,
    checked_questions,
    is_no_answer,
    span_answers,
)
from ...layers.plain.text.packing_rule import packing_style
from ...layers.plain.text.span_windows import LEAST_ROOM, room_for_context
from ...layers.text import Tokenizer
from ...layers.text.span_packer import SpanPacker
from ...layers.text.span_search import found_spans
from ..model_config import ModelConfig
from ..models import weight_counts as count
from .encoder_model import EncoderModel
from .registry import register_task
from .string_function import StringFunction
from .text_model import batch_of_text

MAX_LENGTH = 384
STRIDE = 128
LONGEST_ANSWER = 30
LEAST_LENGTH = LEAST_ROOM + 8


@register_task("span_extractor")
@keras.saving.register_keras_serializable(package="langzoo")
class SpanExtractor(EncoderModel):
    """A body with a head that scores every token as the start and the end of an answer.

    A question and its text are read as a pair, a long text in several windows. The answer is the span with the highest
    sum of the two logits over all windows; there is none if the first token is the more likely start and end
    (Devlin et al. 2018, sections 4.2 and 4.3).

    Args:
        config: a configuration of a family with an encoder.
        tokenizer: required by `answer`; it must keep the positions of its tokens in the text.
        max_length: the number of tokens per window, including the question and special tokens; None for 384, or the
            number of positions of the model if that is less.
        stride: the number of tokens between the starts of two windows, at most half a window.
        max_answer_tokens: the maximum length of an answer.
        no_answer_threshold: the margin by which the score of no answer must exceed that of the best span to return no
            answer; None for models that always answer, as in SQuAD 1.1.
        **kwargs: `name`.

    Call with `inputs` `{"token_ids": (R, T)[, "padding_mask"][, "segment_ids"]}`; returns `{"start_logits": float32
    (R, T), "end_logits": float32 (R, T)}`.

    Raises:
        UserError: an option is out of range.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("roberta_tiny", task="span_extractor")
        >>> model({"token_ids": tf.constant([[0, 5, 2, 2, 7, 8, 2]])})["start_logits"].shape
        TensorShape([1, 7])
    """

    settled_options = ("no_answer_threshold",)
    purpose = "finds the answer to a question in a text, with its position"
    intended_use = "Answering questions about texts like those of its training data with a piece of the text."
    example_call = 'answer(["Who sat?"], ["The cat sat."])'
    token_outputs = ("start_logits", "end_logits")
    decision = ("start_logits", "argmax")

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        max_length: int | None = None,
        stride: int = STRIDE,
        max_answer_tokens: int = LONGEST_ANSWER,
        no_answer_threshold: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        self.max_length = window_length(max_length, config)
        self.stride = checked_integer("stride", stride, 1)
        self.max_answer_tokens = checked_integer("max_answer_tokens", max_answer_tokens, 1)
        if no_answer_threshold is not None and (
            isinstance(no_answer_threshold, bool) or not isinstance(no_answer_threshold, int | float)
        ):
            raise UserError(f"no_answer_threshold must be a number, or None, not {str(no_answer_threshold)[:40]!r}")
        self.no_answer_threshold = None if no_answer_threshold is None else float(no_answer_threshold)
        self.head = ClassificationHead(2, activation=None, kernel_initializer=self.backbone.initializer(), name="head")
        self.head.build((None, self.backbone.hidden_dim))
        self.built = True

    @classmethod
    def head_count(cls, config: ModelConfig) -> int:
        """See `TextModel`."""
        return count.dense(config.output_dim, 2)

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        return {
            "max_length": self.max_length,
            "stride": self.stride,
            "max_answer_tokens": self.max_answer_tokens,
            "no_answer_threshold": self.no_answer_threshold,
        }

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        hidden = self.encode(inputs, training)["hidden_states"]  # (R, T, D)
        start, end = tf.unstack(self.head(hidden, training=training), axis=-1)
        return {"start_logits": start, "end_logits": end}

    def string_functions(self) -> dict[str, StringFunction]:
        """See `EncoderModel`; `answer_strings` with at most five candidates, or the largest `count`."""
        columns = ("question", "context")
        meaning = (
            "The answer to each question, the spans of its context with the highest scores, and the score of no answer"
        )
        default = StringFunction(
            answer=lambda question, context: self.answer_strings(
                question, context, tf.constant(DEFAULT_COUNT, tf.int32)
            ),
            meaning=meaning,
            columns=columns,
        )
        counted = StringFunction(
            answer=self.answer_strings,
            meaning=f"{meaning}; the largest count says how many spans",
            columns=columns,
            counted=MOST_CANDIDATES,
        )
        return {"serving_default": default, "answer": counted}

    def answer_strings(self, questions: tf.Tensor, contexts: tf.Tensor, count: tf.Tensor) -> dict[str, Any]:
        """In a graph: strings (B,) and their contexts (B,) -> the best spans, at most `count`.

        Returns:
            `answers`, strings (B,), "" if there is none; `texts`, strings (B, K), `starts` and `limits`, int32 (B, K),
            the positions of each in its context, in characters, and `scores`, float32 (B, K), of the best spans, the
            best first; `lengths`, int32 (B,), the number of spans; `no_answer_scores`, float32 (B,).
        """
        tokenizer = self.need_tokenizer()
        packer = self._graph("packer", lambda: SpanPacker(tokenizer, max_length=self.max_length, stride=self.stride))
        contexts = tf.strings.unicode_transcode(contexts, "UTF-8", "UTF-8", errors="replace")
        rows = packer.pack(questions, contexts)
        out = self(rows.inputs)
        found = found_spans(rows, out["start_logits"], out["end_logits"], longest=self.max_answer_tokens, count=count)
        # One substring per text.
        characters = tf.strings.unicode_split(contexts, "UTF-8")  # (B, None)
        texts = _substrings(characters, found["starts"], found["limits"])
        best, score = tf.pad(texts, [[0, 0], [0, 1]])[:, 0], tf.pad(found["scores"], [[0, 0], [0, 1]])[:, 0]
        none = is_no_answer(found["no_answer_scores"] - score, self.no_answer_threshold)
        return {"answers": tf.where(none, "", best), "texts": texts, **found}

    def answer(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None, *, count: int = DEFAULT_COUNT
    ) -> list[dict[str, Any]]:
        """Finds the answer to each question in its text.

        Args:
            texts: list of questions.
            pairs: for each question, the text that contains the answer.
            count: the maximum number of candidates.

        Returns:
            A list with a dict for each question, see `span_answers`.

        Raises:
            UserError: the model has no tokenizer, or one that does not keep the positions of its tokens; there are no
                texts, or one is empty; or a question is so long that a window has no room for its text.
            ValueError: an argument is a single string, or not strings, or their numbers differ.
        """
        tokenizer = self.need_tokenizer()
        questions, contexts = checked_questions(texts, pairs)
        checked_integer("count", count, 1, MOST_CANDIDATES)
        if not questions:
            return []
        asked = batch_of_text(questions, "texts")
        sizes = tokenizer.tokenize(asked).row_lengths().numpy().tolist()
        room_for_context(sizes, max_length=self.max_length, style=packing_style(tokenizer.kind))
        outputs = self.ask(self.answer_strings, asked, batch_of_text(contexts, "pairs"), tf.constant(count, tf.int32))
        return span_answers(outputs, contexts, threshold=self.no_answer_threshold)


def window_length(asked: int | None, config: Any) -> int:
    """The number of tokens per window.

    Raises:
        UserError: too few for any text, or more than the positions of the model.
    """
    longest = config.context_length
    if asked is None:
        return MAX_LENGTH if longest is None else min(MAX_LENGTH, longest)
    return checked_integer("max_length", asked, LEAST_LENGTH, *([] if longest is None else [longest]))


def _substrings(characters: tf.RaggedTensor, starts: tf.Tensor, limits: tf.Tensor) -> tf.Tensor:
    """Strings (B, K) of the characters of each text from a start to before a limit."""
    begins = tf.cast(characters.row_splits[:-1], tf.int64)[:, tf.newaxis]
    firsts, lasts = (tf.reshape(begins + tf.cast(each, tf.int64), [-1]) for each in (starts, limits))
    places = tf.ragged.range(firsts, lasts)
    joined = tf.strings.reduce_join(places.with_flat_values(tf.gather(characters.flat_values, places.flat_values)), -1)
    return tf.reshape(joined, tf.shape(starts))
