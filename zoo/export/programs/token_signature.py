"""The signature that takes ids in the place of strings."""

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
}


def token_signature(model: Any, *names: str, outputs: tuple[str, ...], num_segments: int = 1) -> Signature:
    """`tokens`: what the model is called with -> what its call returns.

    Args:
        model: any; called with a dict of the inputs.
        *names: of the inputs, each (B, T): `token_ids`, `source_ids`, `segment_ids`, `padding_mask`, `source_mask`.
        outputs: names of what the call returns that is wanted.
        num_segments: what `segment_ids` stay below.
    """
    sizes = {"tokens": model.config.vocabulary_size, "segments": num_segments}

    def tokens(inputs):
        rules = {}
        for name in names:
            if KINDS[name][1] is not None:
                rules |= id_rules(name, inputs[name], sizes[KINDS[name][1]])
            rules |= length_rule(name, inputs[name], model.max_sequence_length)
        out = model(checked_inputs(inputs, rules))
        return {name: out[name] for name in outputs}

    return Signature(
        function=tokens,
        inputs={name: tf.TensorSpec((None, None), KINDS[name][0]) for name in names},
        meaning=f"From {', '.join(names)} (rows of equal length) to {', '.join(outputs)}",
        examples=[{name: _example(model, name, sizes) for name in names}],
    )


def _example(model, name, sizes) -> np.ndarray:
    """(2, T); where there is a mask, the second row is the shorter one."""
    length = 8 if model.max_sequence_length is None else min(8, model.max_sequence_length)
    if KINDS[name][1] is None:
        return np.arange(length) < [[length], [max(length - 3, 1)]]
    if name == "segment_ids":
        return np.minimum(np.arange(length) // 5 + [[0], [0]], sizes["segments"] - 1).astype(np.int32)
    ids = np.resize(spread_ids(sizes["tokens"], 2 * length), (2, length))
    return (ids if name == "token_ids" else ids[::-1]).astype(np.int32)
