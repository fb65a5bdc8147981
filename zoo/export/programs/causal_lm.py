"""The exports of causal language models."""

import itertools
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ...tasks import CausalLM
from .call import Call
from .generation_signatures import generation_signatures
from .litert_generation import bound_in_file, decode_calls, drawn_ids, generate_calls, generate_signature
from .program import SAMPLE_TOKENS, Program, litert_program, need_length, need_lengths, padded_row, rows_of
from .sample_texts import sample_texts
from .signature import Signature, string_signatures
from .token_signature import token_signature

OWN_TEXT_TOKENS = 128
PREFILLED_TOKENS = 64
PREFILL_LENGTHS = (16, 128)
LONGEST_CONTEXT = 1024
UNBOUNDED_TOKENS = 256
"""The maximum number of new tokens of a model with unlimited positions."""


@string_signatures.register
def causal_signatures(model: CausalLM) -> dict[str, Signature]:
    """`serving_default` and `generate` of `generation_signatures`, and

    - `score`: text (B,) -> token_ids (B, T), log_probabilities (B, T), lengths (B,).
    - `tokens`: token_ids (B, T) -> logits (B, T, V) of the token that follows each.
    """
    texts = sample_texts(model)
    score = Signature(
        function=lambda inputs: model.score_strings(inputs["text"]),
        inputs={"text": tf.TensorSpec((None,), tf.string)},
        meaning="The log-probability of every token, natural logarithm",
        examples=[{"text": texts}],
    )
    tokens = token_signature(model, "token_ids", outputs=("logits",))
    return {**generation_signatures(model, texts, answer="continuation"), "score": score, "tokens": tokens}


@litert_program.register
def step_program(
    model: CausalLM,
    *,
    prefill_lengths: Sequence[int] = PREFILL_LENGTHS,
    context: int | None = None,
    sample: Sequence[str] | None = None,
) -> Program:
    """Signatures that read and generate one text, with the state as inputs and outputs.

    - `prefill_16`, `prefill_128`: token_ids (1, P), of which the first `num_tokens` (1,) count, and the state -> logits
      (1, V) of the token after the last of them, and the state there. A longer prompt is read in pieces.
    - `decode`: token_ids (1,) and the state -> logits (1, V) and the state.
    - `generate`: a whole text at once, the loop inside: token_ids (1, P) of the longest P, of which the first
      `num_tokens` (1,) count, the start token among them, and more of `generate_signature`.

    The state tensors have the names of `model.initial_state`; at the start of a text all are zero. A key-value cache
    (`Program.rows`) is read in place and only its new rows are returned, so that no call copies it.

    Args:
        model: a causal model, with its tokenizer.
        prefill_lengths: values of P; each is limited to the context.
        context: the number of slots of a cache, and so the longest text; None for all positions of the model, at most
            1,024.
        sample: real text to test it on, of which the first 4,096 tokens are used; None for text that the model draws
            itself.

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

    # `decode` first: the graph called for every token is the primary one of the file, whose tensors a caller reaches
    # without copies.
    one = {"token_ids": tf.TensorSpec((1,), tf.int32), **state}
    signatures = {"decode": Signature(function=step, inputs=one, decision=("logits", "argmax"))}
    pieces = {
        length: {"token_ids": tf.TensorSpec((1, length), tf.int32), "num_tokens": tf.TensorSpec((1,), tf.int32)}
        for length in lengths
    }
    for length, piece in pieces.items():
        signatures[f"prefill_{length}"] = Signature(function=prefill, inputs={**piece, **state})

    def begin(inputs):
        count = inputs["num_tokens"]
        return bound_in_file(model, context, count=count[0]), inputs["token_ids"], count

    signatures["generate"] = generate_signature(model, pieces[lengths[-1]], begin, width=context or UNBOUNDED_TOKENS)
    token_ids = _ids_of(model, context, sample)
    prompt = token_ids[: max(1, min(8, lengths[-1], len(token_ids) // 2))]
    return Program(
        signatures=signatures,
        rehearsals=[
            *_rehearsals(token_ids, lengths, context or len(token_ids), known=sample is not None),
            *generate_calls(_piece(prompt, lengths[-1])),
        ],
        rows=rows_of(signatures["decode"]),
        facts={"prefill_lengths": lengths, "context": context},
    )


def _context(model: CausalLM, context: int | None) -> int | None:
    longest = model.max_sequence_length
    if context is None:
        return longest and min(longest, LONGEST_CONTEXT)
    if need_length("context", context, longest) < context:
        raise ValueError(f"export_litert: context must be at most {longest}, the model's positions, not {context}")
    return context


def _ids_of(model: CausalLM, context: int | None, sample: Sequence[str] | None) -> np.ndarray:
    """The beginning of the sample; without one, a start token and a continuation drawn by the model."""
    tokenizer = model.need_tokenizer()
    if sample is None:
        longest = min(OWN_TEXT_TOKENS, context or OWN_TEXT_TOKENS)
        return drawn_ids(lambda: model, tokenizer.start_id, max(longest - 1, 1))[:longest]
    ids = itertools.chain.from_iterable(tokenizer.tokenize(text).numpy().tolist() for text in sample)
    found = [*([tokenizer.start_id] if tokenizer.add_start else []), *itertools.islice(ids, SAMPLE_TOKENS)]
    return np.array(found or [tokenizer.start_id], np.int32)


def _rehearsals(token_ids: np.ndarray, lengths: list[int], longest: int, *, known: bool) -> list[list[Call]]:
    """Rehearsals of prompts of one token, of a few, and of several pieces, then of all tokens, one by one."""
    shortest = lengths[0]
    short = min(3, len(token_ids), shortest)
    whole = min(len(token_ids), PREFILLED_TOKENS, longest)
    # A few, then more after them: the state that a padded piece leaves is tested too.
    behind = _pieces(min(whole - short, shortest), shortest)
    ways = [[1], [short, *behind], *(_pieces(whole, length) for length in lengths)]
    texts = [token_ids[first : first + longest] for first in range(0, len(token_ids), longest)]
    return [
        *(_read_in_pieces(token_ids, pieces, lengths) for pieces in ways),
        *(decode_calls([*text, -1], known=known) for text in texts),
    ]


def _pieces(length: int, piece: int) -> list[int]:
    """The lengths of pieces: 4, 4 and 2 for 10 in pieces of 4."""
    return [min(piece, length - first) for first in range(0, length, piece)]


def _read_in_pieces(token_ids: np.ndarray, pieces: list[int], lengths: list[int]) -> list[Call]:
    length = next(length for length in lengths if length >= max(pieces))
    bounds = itertools.pairwise(np.cumsum([0, *pieces]))
    given = [_piece(token_ids[first:limit], length) for first, limit in bounds]
    return [Call(signature=f"prefill_{length}", inputs=inputs) for inputs in given]


def _piece(token_ids: np.ndarray, length: int) -> dict[str, np.ndarray]:
    return {"token_ids": padded_row(token_ids, length)[0], "num_tokens": np.array([len(token_ids)], np.int32)}
