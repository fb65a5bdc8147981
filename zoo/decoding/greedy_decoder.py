"""Greedy decoding."""

import dataclasses
from typing import ClassVar, Literal

import tensorflow as tf

from .decoder import Decoder
from .make_decoder import register_decoder


@register_decoder("greedy")
@dataclasses.dataclass(frozen=True, kw_only=True)
class GreedyDecoder(Decoder):
    """Chooses the most probable token at every step; ties go to the lowest id.

    Example:
        >>> GreedyDecoder().choose(tf.constant([[-2.0, -0.2]]), {}, context=None)[0].numpy()
        array([1], dtype=int32)
    """

    reads: ClassVar[Literal["logits", "log_probabilities"]] = "logits"

    def choose(self, scores, state, *, context):
        """See `Decoder.choose`."""
        del context
        return tf.argmax(scores, axis=-1, output_type=tf.int32), None, state
