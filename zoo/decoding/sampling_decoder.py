"""Sampling with temperature, top-k and top-p."""

import dataclasses
from typing import ClassVar

import tensorflow as tf

from ...layers.plain.generation_options import LEAST, checked_option
from ...layers.random_bits import random_uniform
from .decoder import Decoder


@dataclasses.dataclass(frozen=True, kw_only=True)
class SamplingDecoder(Decoder):
    """Draws the next token from softmax(logits / temperature), cut to the top k and to the nucleus of mass p.

    A row's draws depend on its own seed and the step alone: a prompt gives the same text in any batch.

    Args:
        temperature: at least 0 and finite; 0 is greedy, 1 the model's own distribution.
        top_k: keep the k most probable tokens (Fan et al. 2018); 0 keeps all, as does a k over the vocabulary.
        top_p: keep the fewest most probable tokens whose mass reaches p (Holtzman et al. 2020), in (0, 1]. What is kept
            is judged after temperature and top-k, and is at least one token.

    What counts is the number of 32 bits: a temperature that is 0 there, is greedy.

    In a graph each may be a tensor: a scalar, or (B,) with a value a row.

    Raises:
        UserError: for a value out of its range.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    dynamic: ClassVar[tuple[str, ...]] = ("temperature", "top_k", "top_p")

    def __post_init__(self):
        for name in self.dynamic:
            if not tf.is_tensor(getattr(self, name)):
                object.__setattr__(self, name, checked_option(name, getattr(self, name)))  # it is frozen

    def parameters(self):
        """The dynamic fields as tensors of fixed types, so that 1 and 1.0 share a graph."""
        return {
            "temperature": tf.convert_to_tensor(self.temperature, tf.float32),
            "top_k": tf.convert_to_tensor(self.top_k, tf.int32),
            "top_p": tf.convert_to_tensor(self.top_p, tf.float32),
        }

    def choose(self, logits, log_probabilities, state, *, step, finished, seeds):
        """See `Decoder.choose`."""
        del log_probabilities, finished
        greedy = tf.argmax(logits, axis=-1, output_type=tf.int32)
        temperature = _column(self.temperature, tf.float32)
        draws = temperature >= LEAST

        def draw():
            # The highest becomes 0 and stays it, however small the temperature is.
            scores = logits - tf.reduce_max(logits, axis=-1, keepdims=True)
            drawn = self._draw(scores, tf.where(draws, temperature, 1.0), step, seeds)
            return tf.where(draws[:, 0], drawn, greedy)

        drawn = tf.cond(tf.reduce_any(draws), draw, lambda: greedy)
        return drawn, None, state

    def _draw(self, scores, temperature, step, seeds):
        """Inverse transform sampling: one uniform number a row, against the cumulative distribution."""
        top_k, top_p = _column(self.top_k, tf.int32), _column(self.top_p, tf.float32)
        # Before the temperature, whose rounding may make equals of two.
        scores = tf.cond(tf.reduce_any(top_k > 0), lambda: _keep_top_k(scores, top_k), lambda: scores)
        scores /= temperature
        scores = tf.cond(tf.reduce_any(top_p < 1), lambda: _keep_top_p(scores, top_p), lambda: scores)
        cumulative = tf.cumsum(tf.nn.softmax(scores), axis=-1)  # (B, V)
        total = cumulative[:, -1:]  # 1 but for rounding, by which the product may be as much
        threshold = random_uniform(seeds, step)[:, tf.newaxis] * total
        return tf.reduce_sum(tf.cast((cumulative <= threshold) & (cumulative < total), tf.int32), axis=-1)


def _column(option, dtype):
    """A value a row, (B, 1), or one for all, (1, 1)."""
    return tf.reshape(tf.convert_to_tensor(option, dtype), (-1, 1))


def _keep_top_k(scores, k):
    """-inf for all but the k (B or 1, 1) highest of each row, all where k is 0; ties at the edge stay."""
    most = tf.minimum(tf.reduce_max(k), tf.shape(scores)[-1])
    highest = tf.math.top_k(scores, most).values  # (B, most)
    last = tf.broadcast_to(tf.clip_by_value(k - 1, 0, most - 1), (tf.shape(scores)[0], 1))
    edge = tf.gather(highest, last, batch_dims=1)  # (B, 1)
    return tf.where((k > 0) & (scores < edge), float("-inf"), scores)


def _keep_top_p(scores, p):
    """-inf for all tokens after the first ones, by falling probability, whose mass reaches p (B or 1, 1) below 1."""
    ordered = tf.sort(scores, direction="DESCENDING")
    mass_before = tf.cumsum(tf.nn.softmax(ordered), axis=-1, exclusive=True)
    edge = tf.reduce_min(tf.where(mass_before < p, ordered, float("inf")), axis=-1, keepdims=True)
    return tf.where((p < 1) & (scores < edge), float("-inf"), scores)
