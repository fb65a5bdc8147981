"""The signature that takes ids instead of strings."""

from typing import Any

import numpy as np
import tensorflow as tf

from .checked_inputs import checked_inputs, id_rules, length_rule
from .sample_texts import spread_ids
from .signature import Signature

KINDS = {
    "token_ids": (tf.int32, "tokens"),
    "source_ids": (tf.int32, "tokens"),
    "segment_ids": (tf.int32, "segments"),
    "padding_mask": (tf.bool, None),
    "source_mask": (tf.bool, None),
    "word_places": (tf.int32, "places"),
    "num_words": (tf.int32, None),
}


def token_signature(model: Any, *names: str, outputs: tuple[str, ...], num_segments: int = 1) -> Signature:
    """The signature `tokens`: from inputs of the model to its outputs.

    Args:
        model: any model; called with a dict of the inputs, or through `answer_tokens` if it has that method.
        *names: the names of the inputs, each (B, T): `token_ids`, `source_ids`, `segment_ids`, `padding_mask`,
            `source_mask`; and `word_places` (B, W) with `num_words` (B,).
        outputs: the names of the outputs to return.
        num_segments: the exclusive upper bound of `segment_ids`.
    """
    sizes = {"tokens": model.config.vocabulary_size, "segments": num_segments}
    answer = getattr(model, "answer_tokens", model)

    def tokens(inputs):
        rules = {}
        for name in names:
            kind, ids = KINDS[name][1], inputs[name]
            if kind in sizes:
                rules |= id_rules(name, ids, sizes[kind])
            if kind == "places":
                inside = tf.reduce_all((ids >= 0) & (ids < tf.shape(inputs["token_ids"])[1]))
                rules[f"{name} must be positions in token_ids, at least one column"] = inside & (tf.shape(ids)[1] > 0)
            elif name != "num_words":
                rules |= length_rule(name, ids, model.max_sequence_length)
        out = answer(checked_inputs(inputs, rules))
        return {name: out[name] for name in outputs}

    return Signature(
        function=tokens,
        inputs={
            name: tf.TensorSpec((None,) if name == "num_words" else (None, None), KINDS[name][0]) for name in names
        },
        meaning=f"From {', '.join(names)} (rows of equal length) to {', '.join(outputs)}",
        examples=[{name: _example(model, name, sizes) for name in names}],
    )


def _example(model, name, sizes) -> np.ndarray:
    """Example inputs (2, T); if there is a mask, the second row is the shorter one."""
    length = 8 if model.max_sequence_length is None else min(8, model.max_sequence_length)
    words = max(length - 3, 1)
    if name == "num_words":
        return np.array([words, 1], np.int32)
    if name == "word_places":
        return np.minimum(np.tile(np.arange(words) + 1, (2, 1)), length - 1).astype(np.int32)
    if KINDS[name][1] is None:
        return np.arange(length) < [[length], [words]]
    if name == "segment_ids":
        return np.minimum(np.arange(length) // 5 + [[0], [0]], sizes["segments"] - 1).astype(np.int32)
    ids = np.resize(spread_ids(sizes["tokens"], 2 * length), (2, length))
    return (ids if name == "token_ids" else ids[::-1]).astype(np.int32)
