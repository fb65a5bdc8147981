"""What exports of models that find answers in texts offer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ....layers.plain.span_answers import DEFAULT_COUNT, MOST_CANDIDATES
from ...tasks import SpanExtractor
from .checked_inputs import checked_inputs, row_rule
from .encoder_program import LENGTHS, encoder_program, input_names
from .program import Program, litert_program
from .sample_texts import sample_texts
from .signature import Signature, string_signatures
from .token_signature import token_signature

_TEXT = tf.TensorSpec((None,), tf.string)
OUTPUTS = ("start_logits", "end_logits")


@string_signatures.register
def extractor_signatures(model: SpanExtractor) -> dict[str, Signature]:
    """K candidates at most:

    - `serving_default`: question (B,), context (B,) -> answers, strings (B,), "" where there is none; texts, strings
      (B, K), starts and limits int32 (B, K), characters of the context, and scores (B, K), K being 5 at most; lengths
      (B,), how many there are; no_answer_scores (B,).
    - `answer`: the same with count (B,), or one for all: as many candidates as the largest.
    - `tokens`: token_ids, padding_mask[, segment_ids] (R, T) -> start_logits, end_logits (R, T).
    """
    texts = sample_texts(model)
    longest = max(texts, key=len)
    questions = np.array([b"the"] * len(texts), object)
    contexts = np.array([text or longest * 4 for text in texts], object)
    meaning = (
        "The answer to each question, the spans of its context with the highest scores, and the score of no answer"
    )

    def answer(inputs):
        count = inputs["count"]
        rules = row_rule("count", count, inputs["question"], row="question")
        rules[f"count must be from 1 to {MOST_CANDIDATES}"] = tf.reduce_all((count >= 1) & (count <= MOST_CANDIDATES))
        inputs = checked_inputs(inputs, rules)
        largest = tf.maximum(tf.reduce_max(inputs["count"]), 1)  # none of none is below 1
        return model.answer_strings(inputs["question"], inputs["context"], largest)

    default = Signature(
        function=lambda inputs: model.answer_strings(
            inputs["question"], inputs["context"], tf.constant(DEFAULT_COUNT, tf.int32)
        ),
        inputs={"question": _TEXT, "context": _TEXT},
        meaning=meaning,
        examples=[{"question": questions, "context": contexts}],
    )
    counted = Signature(
        function=answer,
        inputs={"question": _TEXT, "context": _TEXT, "count": tf.TensorSpec((None,), tf.int32)},
        meaning=f"{meaning}; the largest count says how many spans",
        examples=[{"question": questions, "context": contexts, "count": np.full(len(texts), 3, np.int32)}],
    )
    tokens = token_signature(model, *input_names(model), outputs=OUTPUTS, num_segments=model.num_segments)
    return {"serving_default": default, "answer": counted, "tokens": tokens}


@litert_program.register
def extractor_program(model: SpanExtractor, *, sample: Any = None, lengths: Sequence[int] | None = None) -> Program:
    """`encoder_program`, its longest signature as long as the model's windows; a start and an end are decided."""
    if lengths is None:
        lengths = [*(length for length in LENGTHS if length < model.max_length), model.max_length]
    return encoder_program(model, *OUTPUTS, decision=("start_logits", "argmax"), sample=sample, lengths=lengths)
