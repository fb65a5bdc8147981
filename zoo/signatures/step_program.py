"""The LiteRT program of causal models."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ..decoding import SamplingDecoder
from .call import Call
from .litert_generation import generate_calls, generate_signature, prompt_inputs
from .litert_program import (
    SAMPLE_TOKENS,
    LiteRTProgram,
    need_bounded,
    need_length,
    need_lengths,
    padded_row,
    pieces_of,
    rows_of,
)
from .signature import Signature

OWN_TEXT_TOKENS = 128
PREFILLED_TOKENS = 64
PREFILL_LENGTHS = (16, 128)
LONGEST_CONTEXT = 1024


def step_program(
    model: Any,
    *,
    prefill_lengths: Sequence[int] = PREFILL_LENGTHS,
    context: int | None = None,
    sample: Sequence[str] | None = None,
) -> LiteRTProgram:
    """Reading and writing one text, with the state going in and coming out.

    - `prefill_16`, `prefill_128`: token_ids (1, P), of which the first `num_tokens` (1,) count, and the state -> logits
      (1, V) of the token after the last of them, and the state there. A longer prompt is read in pieces.
    - `decode`: token_ids (1,) and the state -> logits (1, V) and the state.
    - `generate`: a whole text at once, the loop inside; see `generate_signature`.

    The state tensors bear the names of `model.initial_state`; at the start of a text all are zero. A key-value cache
    (`LiteRTProgram.rows`) is read where it lies and only its new rows come out, so that no call copies it.

    Args:
        model: a causal one, with its tokenizer.
        prefill_lengths: each a P; at most the context is taken.
        context: slots of a cache, and so the longest text; None for all positions of the model, 1,024 at most.
        sample: real text to try it on, its first 4,096 tokens; text that the model draws itself when None.

    Raises:
        ValueError: a length is below 1, or the context over the model's positions; or, of a model without positions,
            one is over 65,536.
    """
    context = _context(model, context)
    lengths = need_lengths("prefill_lengths", prefill_lengths, context)
    zeros = model.initial_state(1) if context is None else model.initial_state(1, context)
    state = {name: tf.TensorSpec((1, *value.shape[1:]), value.dtype) for name, value in zeros.items()}

    def read(inputs, read_ids):
        body = model.backbone(read_ids, state={name: inputs[name] for name in state})
        return body["hidden_states"], {**body["state"], **body.get("cache_rows", {})}

    def prefill(inputs):
        mask = tf.sequence_mask(inputs["num_tokens"], inputs["token_ids"].shape[1])
        hidden, new = read(inputs, {"token_ids": inputs["token_ids"], "padding_mask": mask})
        return {"logits": model.head(tf.gather(hidden, inputs["num_tokens"] - 1, batch_dims=1)), **new}

    def step(inputs):
        hidden, new = read(inputs, {"token_ids": inputs["token_ids"][:, tf.newaxis]})
        return {"logits": model.head(hidden[:, 0]), **new}

    # `decode` first: what is called for every token is the file's primary graph, whose tensors a caller reaches
    # without copies.
    one = {"token_ids": tf.TensorSpec((1,), tf.int32), **state}
    signatures = {"decode": Signature(function=step, inputs=one, decision=("logits", "argmax"))}
    for length in lengths:
        piece = {"token_ids": tf.TensorSpec((1, length), tf.int32), "num_tokens": tf.TensorSpec((1,), tf.int32)}
        signatures[f"prefill_{length}"] = Signature(function=prefill, inputs={**piece, **state})
    signatures["generate"] = generate_signature(model, prompt_length=lengths[-1], context=context)
    token_ids = _own_text(model, context) if sample is None else _ids_of(model, sample)
    return LiteRTProgram(
        signatures=signatures,
        rehearsals=[
            *_rehearsals(token_ids, lengths, context or len(token_ids), known=sample is not None),
            *generate_calls(prompt_inputs(token_ids, lengths[-1])),
        ],
        rows=rows_of(signatures["decode"]),
        facts={"prefill_lengths": lengths, "context": context},
    )


def _context(model: Any, context: int | None) -> int | None:
    longest = model.max_sequence_length
    if context is None:
        return longest and min(longest, LONGEST_CONTEXT)
    need_length("context", context)
    if longest is None:
        need_bounded("context", context)
    if longest is not None and context > longest:
        raise ValueError(f"export_litert: context must be at most {longest}, the model's positions, not {context}")
    return context


def _ids_of(model: Any, sample: Sequence[str]) -> np.ndarray:
    tokenizer = model.need_tokenizer()
    ids = itertools.chain.from_iterable(tokenizer.tokenize(text).numpy().tolist() for text in sample)
    found = [*([tokenizer.start_id] if tokenizer.add_start else []), *itertools.islice(ids, SAMPLE_TOKENS)]
    return np.array(found or [tokenizer.start_id], np.int32)


def _rehearsals(token_ids: np.ndarray, lengths: list[int], longest: int, *, known: bool) -> list[list[Call]]:
    """Prompts of one token, of a few and of several pieces, then all tokens, one by one."""
    shortest = lengths[0]
    short = min(3, len(token_ids), shortest)
    whole = min(len(token_ids), PREFILLED_TOKENS, longest)
    prompts = []
    # A few, then more behind them: what a piece with padding leaves in the state counts too.
    behind = pieces_of(min(whole - short, shortest), shortest)
    ways = [[1], [short, *behind], *(pieces_of(whole, length) for length in lengths)]
    for pieces in ways:
        length = next(length for length in lengths if length >= max(pieces))
        starts = np.cumsum([0, *pieces])
        prompts.append(
            [
                Call(
                    signature=f"prefill_{length}",
                    inputs={
                        "token_ids": padded_row(token_ids[a:b], length)[0],
                        "num_tokens": np.array([b - a], np.int32),
                    },
                )
                for a, b in itertools.pairwise(starts)
            ]
        )
    texts = [token_ids[first : first + longest] for first in range(0, len(token_ids), longest)]
    return [*prompts, *(_read_one_by_one(text, known=known) for text in texts)]


def _read_one_by_one(text: np.ndarray, *, known: bool) -> list[Call]:
    following = [*text[1:], -1]
    return [
        Call(
            signature="decode",
            inputs={"token_ids": token[np.newaxis]},
            targets=np.array([target], np.int32) if known else None,
        )
        for token, target in zip(text, following, strict=True)
    ]


def _own_text(model: Any, context: int | None) -> np.ndarray:
    """A start token and what the model draws after it; at most as many tokens as it can read."""
    start = tf.constant([[model.need_tokenizer().start_id]], tf.int32)
    longest = OWN_TEXT_TOKENS if context is None else min(OWN_TEXT_TOKENS, context)
    limits = {"max_tokens": tf.constant(max(longest - 1, 1)), "stop_ids": tf.zeros((0,), tf.int32)}

    @tf.function(autograph=False)
    def draw():
        return SamplingDecoder().decode(model, start, tf.constant([1]), seeds=tf.constant([0]), **limits)

    new = draw()["token_ids"].numpy()[0]
    return np.concatenate([start.numpy()[0], new])[:longest]
