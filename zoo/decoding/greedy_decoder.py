"""Greedy decoding."""

import dataclasses

import tensorflow as tf

from .decoder import Decoder


@dataclasses.dataclass(frozen=True, kw_only=True)
class GreedyDecoder(Decoder):
    """The most probable token at every step; of equals the one with the lowest id.

    Example:
        >>> logits = tf.constant([[-2.0, -0.2]])
        >>> GreedyDecoder().choose(logits, None, {}, step=0, finished=None, seeds=None)[0].numpy()
        array([1], dtype=int32)
    """

    def choose(self, logits, log_probabilities, state, *, step, finished, seeds):
        """See `Decoder.choose`."""
        del log_probabilities, step, finished, seeds
        return tf.argmax(logits, axis=-1, output_type=tf.int32), None, state
