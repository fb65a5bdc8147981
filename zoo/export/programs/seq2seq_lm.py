"""The exports of sequence-to-sequence models."""

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf

from ...tasks import Seq2SeqLM
from .call import Call
from .generation_signatures import generation_signatures
from .litert_generation import bound_in_file, decode_calls, drawn_ids, generate_calls, generate_signature
from .program import SAMPLE_TOKENS, Program, lines_of, litert_program, need_length, need_lengths, padded_row, rows_of
from .sample_texts import sample_texts, spread_ids
from .signature import Signature, string_signatures
from .token_signature import token_signature

OWN_TARGET_TOKENS = 48
SOURCE_LENGTHS = (32, 128)


@string_signatures.register
def seq2seq_signatures(model: Seq2SeqLM) -> dict[str, Signature]:
    """`serving_default` and `generate` of `generation_signatures`, and

    - `score`: source (B,), target (B,) -> token_ids (B, T), log_probabilities (B, T), lengths (B,).
    - `tokens`: source_ids (B, S), source_mask (B, S), token_ids (B, T) -> logits (B, T, V).
    """
    texts, strings = sample_texts(model), tf.TensorSpec((None,), tf.string)
    score = Signature(
        function=lambda inputs: model.score_pair_strings(inputs["source"], inputs["target"]),
        inputs={"source": strings, "target": strings},
        meaning="The log-probability of every token of each target given its source, natural logarithm",
        examples=[{"source": texts, "target": texts[::-1].copy()}],
    )
    tokens = token_signature(model, "source_ids", "source_mask", "token_ids", outputs=("logits",))
    return {**generation_signatures(model, texts, answer="answer"), "score": score, "tokens": tokens}


@litert_program.register
def seq2seq_program(
    model: Seq2SeqLM,
    *,
    source_lengths: Sequence[int] = SOURCE_LENGTHS,
    target_length: int = 128,
    sample: Sequence[str] | None = None,
) -> Program:
    """Signatures that read a source and generate its target.

    - `encode_32`, `encode_128`: token_ids (1, S'), the source with the tokens around it, and padding_mask (1, S'),
      False after it -> the encoded source: `source_mask` (1, S) and the keys and values (1, H, S, d) of every decoder
      layer, where S is the longest of the lengths; positions after S' are masked. For LSTMs also the initial states of
      the decoder.
    - `decode`: token_ids (1,), first the start token, the encoded source, and the cache -> logits (1, V) and the
      cache's new rows (`Program.rows`), or an LSTM's new states. The cache is initially zero.
    - `generate`: token_ids and padding_mask (1, S) and the scalars of `generate_signature` -> token_ids (1, T), 0 after
      the end, lengths (1,), log_probabilities (1, T).

    Args:
        model: an encoder-decoder, with its tokenizer.
        source_lengths: values of S'; each is limited to the model's positions.
        target_length: the number of slots of the cache, T, likewise limited.
        sample: lines of real text, each a source, or a source, a tab and its target, of which 4,096 tokens are used.
            None for sources from the whole vocabulary; missing targets are drawn by the model.

    Raises:
        ValueError: a length is below 1.
    """
    longest = model.max_sequence_length
    target_length = need_length("target_length", target_length, longest)
    lengths = need_lengths("source_lengths", source_lengths, longest)

    def encode(inputs):
        missing = lengths[-1] - inputs["token_ids"].shape[1]
        read = model.backbone.encode(inputs)["state"]
        padded = {name for name in read if missing and _is_read(name)}
        return {
            name: tf.pad(value, _behind(value, missing)) if name in padded else value for name, value in read.items()
        }

    def row(length):
        ids, mask = tf.TensorSpec((1, length), tf.int32), tf.TensorSpec((1, length), tf.bool)
        return {"token_ids": ids, "padding_mask": mask}

    encoders = {f"encode_{length}": Signature(function=encode, inputs=row(length)) for length in lengths}
    read = encoders[f"encode_{lengths[-1]}"].graph.structured_outputs
    source = {name: tf.TensorSpec(value.shape, value.dtype) for name, value in read.items()}
    cache = model.backbone.initial_state(1, target_length)
    cache = {name: tf.TensorSpec(value.shape, value.dtype) for name, value in cache.items()}

    def step(inputs):
        body = model.backbone(
            {"token_ids": inputs["token_ids"][:, tf.newaxis]},
            state={name: inputs[name] for name in (*source, *cache)},
        )
        new = {name: value for name, value in body["state"].items() if not _is_read(name)}
        new |= body.get("cache_rows", {})
        return {"logits": model.head(body["hidden_states"][:, 0]), **new}

    one = {"token_ids": tf.TensorSpec((1,), tf.int32), **source, **cache}
    signatures = {"decode": Signature(function=step, inputs=one, decision=("logits", "argmax")), **encoders}

    start = tf.constant([[model.target_start_id()]], tf.int32)

    def begin(inputs):
        read = {name: inputs[name] for name in ("token_ids", "padding_mask")}
        count = tf.reduce_sum(tf.cast(read["padding_mask"], tf.int32))
        empty = model.backbone.initial_state(1, target_length)
        bound = bound_in_file(model.with_source(read), target_length, count=count, cache=empty)
        return bound, start, tf.constant([1])

    signatures["generate"] = generate_signature(model, row(lengths[-1]), begin, width=target_length)
    pairs = list(_pairs(model, lengths[-1], target_length, sample))
    return Program(
        signatures=signatures,
        rehearsals=[
            *(_rehearsal(lengths, *pair) for pair in pairs),
            *generate_calls(_source_inputs(pairs[0][0], lengths[-1]), max_tokens=min(8, target_length)),
        ],
        rows=rows_of(signatures["decode"]),
        facts={
            "source_lengths": lengths,
            "context": target_length,
            "start_id": model.target_start_id(),
            "source_start_id": model.source_start_id,
        },
    )


def _is_read(name: str) -> bool:
    """Whether a part of the state belongs to the encoded source, with an axis of its tokens, and stays constant."""
    return "source" in name


def _behind(value, missing: int) -> list[list[int]]:
    """The padding of the source axis: the second of (1, S) and (1, S, D), the third of (1, H, S, d) with heads."""
    axis = max(1, value.shape.rank - 2)
    return [[0, missing if i == axis else 0] for i in range(value.shape.rank)]


def _pairs(
    model: Seq2SeqLM, source_length: int, target_length: int, sample: Sequence[str] | None
) -> Iterator[tuple[np.ndarray, np.ndarray, bool]]:
    """Sources with an end token, the decoder inputs of each, and whether they are real text."""
    tokenizer = model.need_tokenizer()
    start = np.array([] if model.source_start_id is None else [model.source_start_id], np.int32)
    room, end = max(source_length - len(start) - 1, 1), np.array([tokenizer.end_id], np.int32)
    if sample is None:
        ids = spread_ids(tokenizer.vocabulary_size, room)
        for source in (ids[:room], ids[:: max(len(ids) // 3, 1)][:room]):
            source = np.concatenate([start, source, end])[:source_length]
            yield source, _drawn(model, source, source_length, target_length), False
        return
    count = 0
    for line in lines_of(sample):
        text, _, target = line.partition("\t")
        ids = tokenizer.tokenize(text).numpy()[:room]
        source = np.concatenate([start, ids, end])[:source_length].astype(np.int32)
        if target:
            ids = np.array([model.target_start_id(), *tokenizer.tokenize(target).numpy(), tokenizer.end_id], np.int32)
            ids = ids[: target_length + 1]
        else:
            ids = _drawn(model, source, source_length, target_length)
        yield source, ids, bool(target)
        count += len(source) + len(ids)
        if count >= SAMPLE_TOKENS:
            return


def _source_inputs(source: np.ndarray, length: int) -> dict[str, np.ndarray]:
    return dict(zip(("token_ids", "padding_mask"), padded_row(source, length), strict=True))


def _drawn(model: Seq2SeqLM, source: np.ndarray, source_length: int, target_length: int) -> np.ndarray:
    """A start token and the target that the model draws."""
    read = {name: tf.constant(array) for name, array in _source_inputs(source, source_length).items()}
    count = min(OWN_TARGET_TOKENS, target_length)
    return drawn_ids(lambda: model.with_source(read), model.target_start_id(), count)


def _rehearsal(lengths: list[int], source: np.ndarray, target: np.ndarray, known: bool) -> list[Call]:
    """A rehearsal of a source, then all of the target except its last token, which is never read."""
    length = next(length for length in lengths if length >= len(source))
    return [
        Call(signature=f"encode_{length}", inputs=_source_inputs(source, length)),
        *decode_calls(target, known=known),
    ]
