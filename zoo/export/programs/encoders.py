"""What exports of encoders with a head offer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ...tasks import EncoderModel, MaskedLM, RelationClassifier, ReplacedTokenDetector, TextClassifier, TextEncoder
from .checked_inputs import checked_inputs, row_rule
from .encoder_program import LENGTHS, encoder_program, input_names
from .program import Program, litert_program
from .sample_texts import sample_texts
from .signature import Decision, Signature, string_signatures
from .token_signature import token_signature

_TEXT = tf.TensorSpec((None,), tf.string)


@string_signatures.register
def masked_signatures(model: MaskedLM) -> dict[str, Signature]:
    """M mask tokens at most, K words:

    - `serving_default`: text (B,) -> tokens strings (B, M, 5), probabilities (B, M, 5), positions (B, M) of the mask
      tokens among all, lengths (B,): how many there are.
    - `fill`: text (B,) and count (B,), or one for all -> the same with K words, as many as the largest count.
    - `tokens`: token_ids, padding_mask[, segment_ids] (B, T) -> logits (B, T, V), and next_sentence_logits (B, 2) where
      the model has that head.
    """
    tokenizer = model.need_tokenizer()
    mask, size = tokenizer.tokens[model.mask_id()], tokenizer.vocabulary_size
    texts = sample_texts(model, f"the {mask} sat on the {mask} .", f"猫{mask}")
    most = min(model.DEFAULT_COUNT, size)

    def fill(inputs):
        count = inputs["count"]
        rules = row_rule("count", count, inputs["text"], row="text")
        rules[f"count must be from 1 to {size}"] = tf.reduce_all((count >= 1) & (count <= size))
        inputs = checked_inputs(inputs, rules)
        largest = tf.maximum(tf.reduce_max(inputs["count"]), 1)  # none of none is below 1
        return model.fill_strings(inputs["text"], largest)

    meaning = f"likeliest words for each {mask}, their probabilities, the places of {mask} and how many there are"
    return {
        "serving_default": _of_texts(lambda text: model.fill_strings(text, most), f"The {most} {meaning}", texts),
        "fill": Signature(
            function=fill,
            inputs={"text": _TEXT, "count": tf.TensorSpec((None,), tf.int32)},
            meaning=f"The {meaning}; the largest count says how many words",
            examples=[{"text": texts, "count": np.full(len(texts), min(3, most), np.int32)}],
        ),
        "tokens": _tokens(model, *_masked_outputs(model)),
    }


@litert_program.register
def masked_program(model: MaskedLM, *, sample: Any = None, lengths: Any = LENGTHS) -> Program:
    """`encoder_program`; what is decided are the words at masked places."""
    given = {"mask_id": model.mask_id(), "sample": sample, "lengths": lengths}
    return encoder_program(model, *_masked_outputs(model), decision=("logits", "argmax"), **given)


@string_signatures.register
def detector_signatures(model: ReplacedTokenDetector) -> dict[str, Signature]:
    """`detect`, also named `serving_default`, and the tokens:

    - `detect`: text (B,) -> token_ids (B, T), probabilities (B, T), lengths (B,).
    - `tokens`: token_ids, padding_mask[, segment_ids] (B, T) -> logits (B, T), positive where a token looks replaced.
    """
    detect = _of_texts(model.detect_strings, "How probably each token was replaced", sample_texts(model))
    return {"serving_default": detect, "detect": detect, "tokens": _tokens(model, "logits")}


@litert_program.register
def detector_program(model: ReplacedTokenDetector, *, sample: Any = None, lengths: Any = LENGTHS) -> Program:
    """`encoder_program`; a token is decided to be replaced or not."""
    return encoder_program(model, "logits", decision=("logits", "sign"), sample=sample, lengths=lengths)


@string_signatures.register
def classifier_signatures(model: TextClassifier) -> dict[str, Signature]:
    """`classify`, also named `serving_default`, and others:

    - `classify`: text (B,) -> what `classify_strings` gives.
    - `classify_pairs`: text (B,), pair (B,) -> the same.
    - `tokens`: token_ids, padding_mask[, segment_ids] (B, T) -> logits (B, C).
    """
    texts = sample_texts(model)
    classify = _of_texts(model.classify_strings, _meaning(model), texts)
    pairs = Signature(
        function=lambda inputs: model.classify_strings(inputs["text"], inputs["pair"]),
        inputs={"text": _TEXT, "pair": _TEXT},
        meaning="The same of each pair of texts",
        examples=[{"text": texts, "pair": texts[::-1].copy()}],
    )
    tokens = _tokens(model, "logits")
    return {"serving_default": classify, "classify": classify, "classify_pairs": pairs, "tokens": tokens}


@string_signatures.register
def relation_signatures(model: RelationClassifier) -> dict[str, Signature]:
    """`classify`, also named `serving_default`, and the tokens, as of a text classifier; a relation is in one text."""
    return {name: each for name, each in classifier_signatures(model).items() if name != "classify_pairs"}


@litert_program.register
def classifier_program(model: TextClassifier, *, sample: Any = None, lengths: Any = LENGTHS) -> Program:
    """`encoder_program`; what the logits mean, `options` of the manifest say."""
    one, several = "single_label_classification", "multi_label_classification"
    decisions: dict[str, Decision] = {one: ("logits", "argmax"), several: ("logits", "sign")}
    labels = model.labels if model.problem_type == one else ()
    return encoder_program(
        model, "logits", decision=decisions.get(model.problem_type), labels=labels, sample=sample, lengths=lengths
    )


@string_signatures.register
def embedding_signatures(model: TextEncoder) -> dict[str, Signature]:
    """`embed`, also named `serving_default`, and others:

    - `embed`: text (B,), after the default prompt -> embeddings (B, D).
    - `embed_as_is`, where there are prompts: the same without any, for whoever puts one before the text.
    - `tokens`: token_ids, padding_mask[, segment_ids] (B, T) -> embeddings (B, D), hidden_states (B, T, D).
    """
    prompt, texts = model.prompt(), sample_texts(model)
    after = f" after the prompt {prompt!r}, which is put before it" if prompt else ""
    embed = _of_texts(lambda text: model.embed_strings(text, prompt), f"The vector of each text{after}", texts)
    signatures = {"serving_default": embed, "embed": embed}
    if model.prompts:
        meaning = f"The vector of each text with the prompt that it begins with, of {', '.join(model.prompts)}"
        signatures["embed_as_is"] = _of_texts(lambda text: model.embed_strings(text, ""), meaning, texts)
    return {**signatures, "tokens": _tokens(model, "embeddings", "hidden_states")}


@litert_program.register
def embedding_program(model: TextEncoder, *, sample: Any = None, lengths: Any = LENGTHS) -> Program:
    """`encoder_program`; nothing is decided."""
    return encoder_program(model, "embeddings", sample=sample, lengths=lengths)


def _of_texts(answer: Callable[[tf.Tensor], Any], meaning: str, texts: np.ndarray) -> Signature:
    """A signature of `text` alone, answered by a function of it."""
    return Signature(
        function=lambda inputs: answer(inputs["text"]),
        inputs={"text": _TEXT},
        meaning=meaning,
        examples=[{"text": texts}],
    )


def _tokens(model: EncoderModel, *outputs: str) -> Signature:
    """`tokens`: token_ids, padding_mask and, where there are some, segment_ids (B, T) -> these outputs."""
    return token_signature(model, *input_names(model), outputs=outputs, num_segments=model.num_segments)


def _masked_outputs(model: MaskedLM) -> tuple[str, ...]:
    return ("logits",) if model.next_sentence_head is None else ("logits", "next_sentence_logits")


def _meaning(model: TextClassifier) -> str:
    """What `classify` answers, for the model card."""
    order = ", ".join(model.labels[:20]) + (", ..." if len(model.labels) > 20 else "")
    if model.problem_type == "regression":
        kind = "from 0 to 1" if model.activation == "sigmoid" else "any number; more is more"
        return f"The scores of each text ({kind}) in the order {order}"
    if model.problem_type == "multi_label_classification":
        return f"The probability of every label for each text, and which are at least 0.5, in the order {order}"
    return f"The label of each text, and the probabilities of all labels in the order {order}"
