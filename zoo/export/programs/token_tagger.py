"""What exports of taggers offer."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ....layers.plain.text.word_packing import FRAME, packed_words, word_prefix
from ...tasks import TokenTagger
from .call import Call
from .checked_inputs import checked_inputs, id_rules, length_rule
from .encoder_program import LENGTHS, input_names
from .program import SAMPLE_TOKENS, Program, lines_of, litert_program, need_lengths, padded_row
from .sample_texts import sample_texts
from .signature import Decision, Signature, string_signatures
from .token_signature import KINDS


@string_signatures.register
def tagger_signatures(model: TokenTagger) -> dict[str, Signature]:
    """`tag`, also named `serving_default`, and the tokens:

    - `tag`: text (B,) -> words and tags, strings (B, W), starts and limits int32 (B, W), lengths (B,); with intents
      also intents, strings (B,), and probabilities (B, I).
    - `tokens`: token_ids, padding_mask[, segment_ids] (R, T), word_places (R, W), num_words (R,) -> logits (R, W, C),
      tags int32 (R, W)[, intent_logits (R, I)].
    """
    intents = "; the intent of the text, and the probabilities of all" if model.intents else ""
    tag = Signature(
        function=lambda inputs: model.tag_strings(inputs["text"]),
        inputs={"text": tf.TensorSpec((None,), tf.string)},
        meaning=f"The words of each text, their tags, where they begin and end, and how many there are{intents}",
        examples=[{"text": sample_texts(model)}],
    )
    return {"serving_default": tag, "tag": tag, "tokens": _tokens(model)}


def _tokens(model: TokenTagger) -> Signature:
    names = (*input_names(model), "word_places")

    def tokens(inputs):
        width, places = tf.shape(inputs["token_ids"])[1], inputs["word_places"]
        rules = id_rules("token_ids", inputs["token_ids"], model.config.vocabulary_size)
        rules |= length_rule("token_ids", inputs["token_ids"], model.max_sequence_length)
        rules["word_places must be places of token_ids, one column at least"] = tf.reduce_all(
            (places >= 0) & (places < width)
        ) & (tf.shape(places)[1] > 0)
        return _outputs(model, checked_inputs(inputs, rules))

    kinds = {**{name: kind for name, (kind, _) in KINDS.items()}, "word_places": tf.int32}
    inputs = {name: tf.TensorSpec((None, None), kinds[name]) for name in names}
    calls = _rehearsals(model, [8], _texts(model))[:1]
    examples = [{name: call.inputs[name] for name in (*names, "num_words")} for call in calls]
    meaning = f"From {', '.join((*names, 'num_words'))} to logits and the best tags"
    return Signature(
        function=tokens,
        inputs={**inputs, "num_words": tf.TensorSpec((None,), tf.int32)},
        meaning=meaning,
        examples=examples,
    )


def _outputs(model: TokenTagger, inputs: dict[str, Any]) -> dict[str, Any]:
    out = model(inputs)
    return {**out, "tags": model.best_tags(out["logits"], inputs["num_words"])}


@litert_program.register
def tagger_program(model: TokenTagger, *, sample: Any = None, lengths: Sequence[int] = LENGTHS) -> Program:
    """Reading one row of words at once, in the shortest signature that holds it.

    - `tokens_32`, `tokens_128`, ...: token_ids, padding_mask[, segment_ids] (1, T), word_places (1, T - 2), num_words
      (1,) -> logits (1, T - 2, C), tags int32 (1, T - 2)[, intent_logits (1, I)].
    """
    model.need_tokenizer()
    buckets = need_lengths("lengths", lengths, model.max_sequence_length)
    decision: Decision = ("tags", "itself")
    signatures = {}
    for length in buckets:
        inputs = {name: tf.TensorSpec((1, length), KINDS[name][0]) for name in input_names(model)}
        inputs["word_places"] = tf.TensorSpec((1, max(length - FRAME, 1)), tf.int32)
        inputs["num_words"] = tf.TensorSpec((1,), tf.int32)
        signatures[f"tokens_{length}"] = Signature(
            function=lambda given: _outputs(model, given), inputs=inputs, decision=decision
        )
    texts = _texts(model) if sample is None else lines_of(sample)
    calls = _rehearsals(model, buckets, texts)
    facts = {"lengths": buckets, "reads_last_token": model.reads_last_token}
    return Program(signatures=signatures, rehearsals=[[call] for call in calls], facts=facts)


def _texts(model: TokenTagger) -> list[str]:
    texts = [text.decode("utf-8", errors="replace") for text in sample_texts(model)]
    return [*texts, " ".join(texts) * 4]


def _rehearsals(model: TokenTagger, buckets: list[int], texts: Any) -> list[Call]:
    """Rows of texts, each in the shortest signature that holds it, 4,096 tokens of them; and one for each signature."""
    calls, count = [], 0
    for text in texts:
        for ids, places in _rows(model, text, buckets[-1]):
            length = next(length for length in buckets if length >= len(ids))
            calls.append(_call(model, ids, places, length))
            count += len(ids)
        if count >= SAMPLE_TOKENS:
            break
    used = {call.signature for call in calls}
    unused = [length for length in buckets if f"tokens_{length}" not in used]
    return calls + [_call(model, *next(_rows(model, "the cat", length)), length) for length in unused]


def _rows(model: TokenTagger, text: str, longest: int) -> Iterator[tuple[list[int], list[int]]]:
    tokenizer: Any = model.need_tokenizer()
    words = model.words_of([text])[0]
    prefix = word_prefix(tokenizer.kind)
    pieces = [tokenizer.tokenize(prefix + word).numpy().tolist() for word in words]
    stand_in = tokenizer.closing_id if tokenizer.unknown_id is None else tokenizer.unknown_id
    frame = {"start_id": tokenizer.start_id, "closing_id": tokenizer.closing_id, "unknown_id": stand_in}
    packed = packed_words(pieces, **frame, max_length=longest, last=model.reads_last_token)
    yield from zip(*packed, strict=True)


def _call(model: TokenTagger, ids: list[int], places: list[int], length: int) -> Call:
    token_ids, mask = padded_row(ids, length)
    inputs = {"token_ids": token_ids, "padding_mask": mask, "num_words": np.array([len(places)], np.int32)}
    inputs["word_places"] = padded_row(places, max(length - FRAME, 1))[0]
    if "segment_ids" in input_names(model):
        inputs["segment_ids"] = np.zeros_like(token_ids)
    return Call(signature=f"tokens_{length}", inputs=inputs)
