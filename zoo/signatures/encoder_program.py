"""The LiteRT program of encoders with a head."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from .litert_program import Call, LiteRTProgram, need_length, padded_row
from .sample_texts import spread_ids
from .signature import Signature

LENGTHS = (32, 128, 512)


def encoder_program(
    model: Any,
    *,
    outputs: tuple[str, ...],
    decision: tuple[str, Literal["argmax", "sign"]] | None,
    num_segments: int = 1,
    lengths: Sequence[int] = LENGTHS,
    sample_ids: Sequence[int] | None = None,
) -> LiteRTProgram:
    """Reading one text at once, in the shortest signature that holds it.

    - `tokens_32`, `tokens_128`, ...: token_ids (1, T), padding_mask (1, T), False behind the text, and segment_ids
      (1, T) where the model has more than one segment -> what the model's call returns.

    Args:
        model: an encoder with a head and its tokenizer.
        outputs: names of what the call returns that is wanted.
        decision: see `Signature`.
        num_segments: that the model has.
        lengths: each a T; at most the model's positions are taken.
        sample_ids: tokens of real text to try it on; ids from the whole vocabulary when None.

    Raises:
        ValueError: no length, or one below 1.
    """
    if not lengths:
        raise ValueError("export_litert: lengths must be at least one length, not none")
    for length in lengths:
        need_length("lengths", length)
    longest = model.max_sequence_length
    buckets = sorted({length if longest is None else min(length, longest) for length in lengths})

    def tokens(inputs):
        out = model(inputs)
        return {name: out[name] for name in outputs}

    signatures, rehearsals = {}, []
    for length in buckets:
        kinds = {"token_ids": tf.int32, "padding_mask": tf.bool}
        kinds |= {"segment_ids": tf.int32} if num_segments > 1 else {}
        inputs = {name: tf.TensorSpec((1, length), dtype) for name, dtype in kinds.items()}
        name = f"tokens_{length}"
        signatures[name] = Signature(function=tokens, inputs=inputs, decision=decision)
        for ids in _texts(model, length, sample_ids):
            rehearsals.append([_call(name, ids, length, num_segments)])
    return LiteRTProgram(signatures=signatures, rehearsals=rehearsals, facts={"lengths": buckets})


def _texts(model: Any, length: int, sample_ids: Sequence[int] | None) -> list[np.ndarray]:
    """A text of the whole length and one of half of it, or as many as the sample has, between special tokens."""
    tokenizer = model.need_tokenizer()
    room = max(length - 2, 1)
    if sample_ids is None:
        ids = spread_ids(tokenizer.vocabulary_size, room)
        pieces = [np.resize(ids, room), ids[: max(room // 2, 1)]]
    else:
        ids = np.array(sample_ids, np.int32)
        pieces = [ids[first : first + room] for first in range(0, len(ids), room)]
    return [np.concatenate([[tokenizer.start_id], piece, [tokenizer.separator_id]])[:length] for piece in pieces]


def _call(name: str, ids: np.ndarray, length: int, num_segments: int) -> Call:
    token_ids, mask = padded_row(ids, length)
    inputs = {"token_ids": token_ids, "padding_mask": mask}
    if num_segments > 1:
        inputs["segment_ids"] = (mask & (np.arange(length) > len(ids) // 2)).astype(np.int32)
    return name, inputs
