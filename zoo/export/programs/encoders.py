"""The exports of models that read a whole text; each task defines its own part."""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ....layers.plain.text.word_packing import FRAME, packed_words, word_prefix
from ...tasks import EncoderModel, MaskedLM, SpanExtractor, StringFunction, TextClassifier, TokenTagger
from .call import Call
from .checked_inputs import checked_inputs, row_rule
from .program import SAMPLE_TOKENS, Program, lines_of, litert_program, need_lengths, padded_row
from .sample_texts import sample_texts, spread_ids
from .signature import Signature, string_signatures
from .token_signature import KINDS, token_signature

LENGTHS = (32, 128, 512)
MASKED_EVERY = 7


@string_signatures.register
def encoder_signatures(model: EncoderModel) -> dict[str, Signature]:
    """The task's `string_functions`, and

    - `tokens`: `token_inputs`, each (B, T) except those of words -> `token_outputs`.
    """
    model.need_tokenizer()
    functions = model.string_functions()
    made = {function: _of_strings(model, function) for function in functions.values()}
    tokens = token_signature(model, *model.token_inputs, outputs=model.token_outputs, num_segments=model.num_segments)
    return {**{name: made[function] for name, function in functions.items()}, "tokens": tokens}


def _of_strings(model: EncoderModel, function: StringFunction) -> Signature:
    def ask(inputs):
        given = [inputs[name] for name in function.columns]
        if function.counted is None:
            return function.answer(*given)
        count = inputs["count"]
        rules = row_rule("count", count, given[0], row=function.columns[0])
        rules[f"count must be from 1 to {function.counted}"] = tf.reduce_all((count >= 1) & (count <= function.counted))
        inputs = checked_inputs(inputs, rules)
        largest = tf.maximum(tf.reduce_max(inputs["count"]), 1)  # none of none is below 1
        return function.answer(*(inputs[name] for name in function.columns), largest)

    texts = sample_texts(model, *function.phrases)
    longest = max(texts, key=len)
    columns = {
        "pair": texts[::-1].copy(),
        "question": np.array([b"the"] * len(texts), object),
        "context": np.array([text or longest * 4 for text in texts], object),
    }
    example = {name: columns.get(name, texts) for name in function.columns}
    inputs = {name: tf.TensorSpec((None,), tf.string) for name in function.columns}
    if function.counted is not None:
        example["count"] = np.full(len(texts), min(3, function.counted), np.int32)
        inputs["count"] = tf.TensorSpec((None,), tf.int32)
    return Signature(function=ask, inputs=inputs, meaning=function.meaning, examples=[example])


@litert_program.register
def encoder_program(model: EncoderModel, *, sample: Any = None, lengths: Sequence[int] | None = None) -> Program:
    """Signatures that read one text, or one row of words, at once; the shortest one that fits is used.

    - `tokens_32`, `tokens_128`, ...: `token_inputs`, each (1, T), except word_places (1, T - 2) and num_words (1,) of
      taggers -> `token_outputs`, without hidden states.

    Args:
        model: a model with its tokenizer.
        sample: lines of real text to test it on, of which 4,096 tokens are used; for a classifier a line may end with a
            tab and a label. None for ids from the whole vocabulary, or `sample_texts` for a tagger.
        lengths: values of T; each is limited to the model's positions. None for 32, 128 and 512, or, for models that
            read in windows, those below a window, and the window.

    Raises:
        ValueError: no length, or one below 1.
        UserError: the task is not exported.
    """
    if not model.token_outputs:
        return litert_program.dispatch(object)(model)
    model.need_tokenizer()
    if lengths is None:
        window = model.max_length if isinstance(model, SpanExtractor) else None
        lengths = LENGTHS if window is None else [*(length for length in LENGTHS if length < window), window]
    buckets = need_lengths("lengths", lengths, model.max_sequence_length)

    def tokens(inputs):
        return {name: value for name, value in model.answer_tokens(inputs).items() if name != "hidden_states"}

    signatures = {
        f"tokens_{length}": Signature(function=tokens, inputs=_specs(model, length), decision=model.decision)
        for length in buckets
    }
    rehearsals = [[call] for call in _calls(model, buckets, sample)]
    words = {"reads_last_token": model.reads_last_token} if isinstance(model, TokenTagger) else {}
    return Program(signatures=signatures, rehearsals=rehearsals, facts={"lengths": buckets, **words})


def _specs(model: EncoderModel, length: int) -> dict[str, tf.TensorSpec]:
    shapes = {"word_places": (1, max(length - FRAME, 1)), "num_words": (1,)}
    return {name: tf.TensorSpec(shapes.get(name, (1, length)), KINDS[name][0]) for name in model.token_inputs}


@functools.singledispatch
def _calls(model: EncoderModel, buckets: list[int], sample: Sequence[str] | None) -> Iterator[Call]:
    """A text of each length and one of half of it, or the lines of a sample, truncated if too long."""
    tokenizer = model.need_tokenizer()
    if sample is None:
        for length in buckets:
            room = max(length - 2, 1)
            ids = spread_ids(tokenizer.vocabulary_size, room)
            for piece in (np.resize(ids, room), ids[: max(room // 2, 1)]):
                yield _call(model, length, _framed(model, piece, length), None, known=False)
        return
    single = isinstance(model, TextClassifier) and model.problem_type == "single_label_classification"
    labels, count = model.labels if single else (), 0
    for line in lines_of(sample):
        text, _, end = line.rpartition("\t")
        label = labels.index(end) if text and end in labels else None
        ids = tokenizer.tokenize(line if label is None else text).numpy()
        ids = _framed(model, ids[: buckets[-1] - 2], buckets[-1])
        yield _call(model, next(length for length in buckets if length >= len(ids)), ids, label, known=True)
        count += len(ids)
        if count >= SAMPLE_TOKENS:
            return


def _framed(model: EncoderModel, ids: Any, length: int) -> np.ndarray:
    tokenizer = model.need_tokenizer()
    return np.concatenate([[tokenizer.start_id], ids, [tokenizer.closing_id]])[:length].astype(np.int32)


def _call(model: EncoderModel, length: int, ids: np.ndarray, label: int | None, *, known: bool) -> Call:
    token_ids, mask = padded_row(ids, length)
    targets = None if label is None else np.array([label], np.int32)
    if isinstance(model, MaskedLM):
        special = np.isin(token_ids, model.need_tokenizer().special_ids)
        hidden = mask & ~special & (np.arange(length) % MASKED_EVERY == MASKED_EVERY - 1)
        targets = np.where(hidden, token_ids, -1) if known else None
        token_ids = np.where(hidden, model.mask_id(), token_ids).astype(np.int32)
    # Half of an artificial text is in the second segment; a line is one text.
    segments = (mask & (np.arange(length) > len(ids) // 2) & (not known)).astype(np.int32)
    inputs = {"token_ids": token_ids, "padding_mask": mask, "segment_ids": segments}
    inputs = {name: inputs[name] for name in model.token_inputs}
    return Call(signature=f"tokens_{length}", inputs=inputs, targets=targets)


@_calls.register
def _word_calls(model: TokenTagger, buckets: list[int], sample: Sequence[str] | None) -> Iterator[Call]:
    """Rows of words, each with the shortest signature that fits, 4,096 tokens in all; and one for each signature."""
    texts = [text.decode("utf-8", errors="replace") for text in sample_texts(model)]
    used, count = set(), 0
    for text in [*texts, " ".join(texts) * 4] if sample is None else lines_of(sample):
        for ids, places in _rows(model, text, buckets[-1]):
            used.add(next(length for length in buckets if length >= len(ids)))
            yield _word_call(model, ids, places, next(length for length in buckets if length >= len(ids)))
            count += len(ids)
        if count >= SAMPLE_TOKENS:
            break
    for length in buckets:
        if length not in used:
            yield _word_call(model, *next(_rows(model, "the cat", length)), length)


def _rows(model: TokenTagger, text: str, longest: int) -> Iterator[tuple[list[int], list[int]]]:
    tokenizer: Any = model.need_tokenizer()
    prefix = word_prefix(tokenizer.kind)
    pieces = [tokenizer.tokenize(prefix + word).numpy().tolist() for word in model.words_of([text])[0]]
    stand_in = tokenizer.closing_id if tokenizer.unknown_id is None else tokenizer.unknown_id
    frame = {"start_id": tokenizer.start_id, "closing_id": tokenizer.closing_id, "unknown_id": stand_in}
    yield from zip(*packed_words(pieces, **frame, max_length=longest, last=model.reads_last_token), strict=True)


def _word_call(model: TokenTagger, ids: list[int], places: list[int], length: int) -> Call:
    token_ids, mask = padded_row(ids, length)
    inputs = {"token_ids": token_ids, "padding_mask": mask, "segment_ids": np.zeros_like(token_ids)}
    inputs["word_places"] = padded_row(places, max(length - FRAME, 1))[0]
    inputs["num_words"] = np.array([len(places)], np.int32)
    inputs = {name: inputs[name] for name in model.token_inputs}
    return Call(signature=f"tokens_{length}", inputs=inputs)
