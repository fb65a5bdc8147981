"""The LiteRT program of encoders with a head."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ...tasks import EncoderModel
from .call import Call
from .program import SAMPLE_TOKENS, Program, lines_of, need_lengths, padded_row
from .sample_texts import spread_ids
from .signature import Decision, Signature
from .token_signature import KINDS

LENGTHS = (32, 128, 512)
MASKED_EVERY = 7


def encoder_program(
    model: EncoderModel,
    *outputs: str,
    decision: Decision | None = None,
    lengths: Sequence[int] = LENGTHS,
    mask_id: int | None = None,
    labels: Sequence[str] = (),
    sample: Sequence[str] | None = None,
) -> Program:
    """Reading one text at once, in the shortest signature that holds it.

    - `tokens_32`, `tokens_128`, ...: token_ids (1, T), padding_mask (1, T), False behind the text, and segment_ids
      (1, T) where the model has more than one segment -> what the model's call returns.

    Args:
        model: an encoder with a head and its tokenizer.
        *outputs: names of what the call returns that is wanted.
        decision: see `Signature`.
        lengths: each a T; at most the model's positions are taken.
        mask_id: of a model that guesses masked tokens: every seventh token of the texts it is tried on is masked.
        labels: of a model that tells classes: a line of the sample may end with a tab and one of them.
        sample: lines of real text to try it on, 4,096 tokens of them; ids from the whole vocabulary when None.

    Raises:
        ValueError: no length, or one below 1.
    """
    model.need_tokenizer()
    buckets = need_lengths("lengths", lengths, model.max_sequence_length)

    def tokens(inputs):
        out = model(inputs)
        return {name: out[name] for name in outputs}

    signatures = {}
    for length in buckets:
        inputs = {name: tf.TensorSpec((1, length), KINDS[name][0]) for name in input_names(model)}
        signatures[f"tokens_{length}"] = Signature(function=tokens, inputs=inputs, decision=decision)
    if sample is None:
        texts = [(length, ids, None) for length in buckets for ids in _spread(model, length)]
    else:
        texts = _sampled(model, sample, buckets, labels)
    known = sample is not None
    rehearsals = [[_call(model, length, ids, mask_id, label, known=known)] for length, ids, label in texts]
    return Program(signatures=signatures, rehearsals=rehearsals, facts={"lengths": buckets})


def input_names(model: EncoderModel) -> tuple[str, ...]:
    """What the model is called with; segments where it has more than one."""
    return ("token_ids", "padding_mask", *(["segment_ids"] if model.num_segments > 1 else []))


def _spread(model: EncoderModel, length: int) -> list[np.ndarray]:
    """A text of the whole length and one of half of it, between special tokens."""
    room = max(length - 2, 1)
    ids = spread_ids(model.need_tokenizer().vocabulary_size, room)
    return [_framed(model, piece, length) for piece in (np.resize(ids, room), ids[: max(room // 2, 1)])]


def _sampled(model: EncoderModel, sample: Sequence[str], buckets: list[int], labels: Sequence[str]):
    """Lines, each in the shortest signature that holds it; those too long are cut. Yields length, ids and label."""
    count = 0
    for line in lines_of(sample):
        text, _, end = line.rpartition("\t")
        label = labels.index(end) if text and end in labels else None
        ids = model.need_tokenizer().tokenize(line if label is None else text).numpy()
        ids = _framed(model, ids[: buckets[-1] - 2], buckets[-1])
        yield next(length for length in buckets if length >= len(ids)), ids, label
        count += len(ids)
        if count >= SAMPLE_TOKENS:
            return


def _framed(model: EncoderModel, ids, length: int) -> np.ndarray:
    tokenizer = model.need_tokenizer()
    return np.concatenate([[tokenizer.start_id], ids, [tokenizer.closing_id]])[:length].astype(np.int32)


def _call(model, length, ids, mask_id, label, *, known) -> Call:
    token_ids, mask = padded_row(ids, length)
    targets = None if label is None else np.array([label], np.int32)
    if mask_id is not None:
        special = np.isin(token_ids, model.need_tokenizer().special_ids)
        hidden = mask & ~special & (np.arange(length) % MASKED_EVERY == MASKED_EVERY - 1)
        targets = np.where(hidden, token_ids, -1) if known else None
        token_ids = np.where(hidden, mask_id, token_ids).astype(np.int32)
    inputs = {"token_ids": token_ids, "padding_mask": mask}
    if model.num_segments > 1:
        # Half of a made-up text is of the second segment; a line is one text.
        inputs["segment_ids"] = (mask & (np.arange(length) > len(ids) // 2) & (not known)).astype(np.int32)
    return Call(signature=f"tokens_{length}", inputs=inputs, targets=targets)
