"""The LiteRT program of causal models."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ..decoding import SamplingDecoder, decode
from .litert_program import Call, LiteRTProgram, need_length, padded_row, pieces_of
from .signature import Signature

OWN_TEXT_TOKENS = 128
PREFILLED_TOKENS = 64


def step_program(model: Any, *, prefill_length: int = 64, sample_ids: Sequence[int] | None = None) -> LiteRTProgram:
    """Reading and writing one text, token by token, with the state going in and coming out.

    - `prefill`: token_ids (1, P), of which the first `num_tokens` (1,) count, and the state -> logits (1, V) of the
      token after the last of them, and the state there. A longer prompt is read in pieces of at least one token.
    - `decode`: token_ids (1,) and the state -> logits (1, V) and the state.

    The state tensors bear the names of `model.initial_state`; at the start of a text all are zero. A cache has a slot
    for each of the model's positions.

    Args:
        model: a causal one, with its tokenizer.
        prefill_length: P; at most the model's positions are taken.
        sample_ids: tokens of real text to try it on; text that the model draws itself when None.

    Raises:
        ValueError: prefill_length is below 1.
    """
    need_length("prefill_length", prefill_length)
    longest = model.max_sequence_length
    prefill_length = prefill_length if longest is None else min(prefill_length, longest)
    state = {name: tf.TensorSpec((1, *value.shape[1:]), value.dtype) for name, value in model.initial_state(1).items()}

    def prefill(inputs):
        mask = tf.sequence_mask(inputs["num_tokens"], prefill_length)
        read = {"token_ids": inputs["token_ids"], "padding_mask": mask}
        logits, new_state = model.prefill(read, {name: inputs[name] for name in state})
        return {"logits": logits, **new_state}

    def step(inputs):
        logits, new_state = model.step(inputs["token_ids"], {name: inputs[name] for name in state})
        return {"logits": logits, **new_state}

    piece = {"token_ids": tf.TensorSpec((1, prefill_length), tf.int32), "num_tokens": tf.TensorSpec((1,), tf.int32)}
    token_ids = _own_text(model) if sample_ids is None else np.array(sample_ids, np.int32)
    return LiteRTProgram(
        signatures={
            "prefill": Signature(function=prefill, inputs={**piece, **state}),
            "decode": Signature(
                function=step,
                inputs={"token_ids": tf.TensorSpec((1,), tf.int32), **state},
                decision=("logits", "argmax"),
            ),
        },
        rehearsals=_rehearsals(token_ids, prefill_length, longest or len(token_ids)),
        facts={"prefill_length": prefill_length},
    )


def _rehearsals(token_ids: np.ndarray, prefill_length: int, longest: int) -> list[list[Call]]:
    """Prompts of one token, of a few and of several pieces, then all tokens, one by one."""
    short = min(3, len(token_ids), prefill_length)
    whole = min(len(token_ids), PREFILLED_TOKENS, longest)
    prompts = []
    # A few, then more behind them: what a piece with padding leaves in the state counts too.
    behind = pieces_of(min(whole - short, prefill_length), prefill_length)
    for lengths in ([1], [short, *behind], pieces_of(whole, prefill_length)):
        starts = np.cumsum([0, *lengths])
        prompts.append(
            [
                (
                    "prefill",
                    {
                        "token_ids": padded_row(token_ids[a:b], prefill_length)[0],
                        "num_tokens": np.array([b - a], np.int32),
                    },
                )
                for a, b in itertools.pairwise(starts)
            ]
        )
    texts = [token_ids[first : first + longest] for first in range(0, len(token_ids), longest)]
    return [*prompts, *([("decode", {"token_ids": token[np.newaxis]}) for token in text] for text in texts)]


def _own_text(model: Any) -> np.ndarray:
    """A start token and what the model draws after it; at most as many tokens as it can read."""
    start = tf.constant([[model.need_tokenizer().start_id]], tf.int32)
    longest = OWN_TEXT_TOKENS if model.max_sequence_length is None else min(OWN_TEXT_TOKENS, model.max_sequence_length)
    limits = {"max_tokens": tf.constant(max(longest - 1, 1)), "stop_ids": tf.zeros((0,), tf.int32)}

    @tf.function(autograph=False)
    def draw():
        return decode(model, start, tf.constant([1]), SamplingDecoder(), seeds=tf.constant([0]), **limits)

    new = draw()["token_ids"].numpy()[0]
    return np.concatenate([start.numpy()[0], new])[:longest]
