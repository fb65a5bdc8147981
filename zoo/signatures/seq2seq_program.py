"""The LiteRT program of encoder-decoders."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ..decoding import SamplingDecoder, decode
from .litert_program import Call, LiteRTProgram, need_length, padded_row
from .sample_texts import spread_ids
from .signature import Signature

OWN_TARGET_TOKENS = 48
MOST_SOURCES = 16


def seq2seq_program(
    model: Any,
    *,
    source_length: int = 128,
    target_length: int = 128,
    sample_ids: Sequence[int] | None = None,
) -> LiteRTProgram:
    """Reading one source, then writing its target, token by token.

    - `encode`: token_ids (1, S), the source with its end token, and padding_mask (1, S), False behind it -> what was
      read: `source_mask` and the keys and values of every decoder layer.
    - `decode`: token_ids (1,), first the start token, what was read, and the cache -> logits (1, V) and the cache,
      whose tensors are zero at the start.

    Args:
        model: an encoder-decoder, with its tokenizer.
        source_length: S; at most the model's positions are taken.
        target_length: slots of the cache; the same.
        sample_ids: tokens of real text, taken for sources; ids from the whole vocabulary when None. The targets are
            those that the model draws.

    Raises:
        ValueError: a length is below 1.
    """
    need_length("source_length", source_length)
    need_length("target_length", target_length)
    if model.max_sequence_length is not None:
        source_length = min(source_length, model.max_sequence_length)
        target_length = min(target_length, model.max_sequence_length)
    row = {"token_ids": tf.TensorSpec((1, source_length), tf.int32)}
    row["padding_mask"] = tf.TensorSpec((1, source_length), tf.bool)

    def encode(inputs):
        return model.backbone.encode(inputs)["state"]

    outputs = tf.function(encode, autograph=False).get_concrete_function(row).structured_outputs
    source = {name: tf.TensorSpec(value.shape, value.dtype) for name, value in outputs.items()}
    cache = model.backbone.initial_state(1, target_length)
    cache = {name: tf.TensorSpec(value.shape, value.dtype) for name, value in cache.items()}

    def step(inputs):
        logits, state = model.step(inputs["token_ids"], {name: inputs[name] for name in (*source, *cache)})
        return {"logits": logits, **{name: state[name] for name in cache}}

    return LiteRTProgram(
        signatures={
            "encode": Signature(function=encode, inputs=row),
            "decode": Signature(
                function=step,
                inputs={"token_ids": tf.TensorSpec((1,), tf.int32), **source, **cache},
                decision=("logits", "argmax"),
            ),
        },
        rehearsals=[
            _rehearsal(model, row, source_length, target_length) for row in _sources(model, source_length, sample_ids)
        ],
        facts={"source_length": source_length, "target_length": target_length, "start_id": model.target_start_id()},
    )


def _sources(model: Any, length: int, sample_ids: Sequence[int] | None) -> list[np.ndarray]:
    """Sources of the whole length and of less, an end token behind each."""
    end = np.array([model.need_tokenizer().end_id], np.int32)
    if sample_ids is None:
        ids = spread_ids(model.need_tokenizer().vocabulary_size, length - 1)
        return [
            np.concatenate([ids[: length - 1], end]),
            np.concatenate([ids[:: max(len(ids) // 3, 1)][: length - 1], end]),
        ]
    ids, room = np.array(sample_ids, np.int32), max(length - 1, 1)
    starts = range(0, len(ids), room)[:MOST_SOURCES]
    return [np.concatenate([ids[first : first + room], end])[:length] for first in starts]


def _rehearsal(model: Any, source: np.ndarray, source_length: int, target_length: int) -> list[Call]:
    token_ids, mask = padded_row(source, source_length)
    start = tf.constant([[model.target_start_id()]], tf.int32)
    count = min(OWN_TARGET_TOKENS, target_length)
    limits = {"max_tokens": tf.constant(count), "stop_ids": tf.zeros((0,), tf.int32)}

    @tf.function(autograph=False)
    def draw(token_ids, mask):
        answering = model.answering({"token_ids": token_ids, "padding_mask": mask})
        return decode(answering, start, tf.constant([1]), SamplingDecoder(), seeds=tf.constant([0]), **limits)

    new = draw(tf.constant(token_ids), tf.constant(mask))["token_ids"].numpy()[0]
    read = np.concatenate([start.numpy()[0], new])[:count]  # the last new token is never read
    calls: list[Call] = [("encode", {"token_ids": token_ids, "padding_mask": mask})]
    return calls + [("decode", {"token_ids": token[np.newaxis]}) for token in read]
