"""Sampling with temperature, top-k and top-p."""

import dataclasses
from typing import ClassVar, Literal

import tensorflow as tf

from ...layers.plain.option import LEAST
from ...layers.plain.sampling_options import SamplingOptions
from ...layers.random_bits import random_uniform
from .decoder import Decoder
from .make_decoder import register_decoder


@register_decoder("sampling")
@dataclasses.dataclass(frozen=True, kw_only=True)
class SamplingDecoder(SamplingOptions, Decoder):
    """Draws the next token from softmax(logits / temperature), cut to the top k and to the nucleus of mass p.

    The draws of a row depend only on its own seed and the step: a prompt gives the same text in any batch. The options
    are those of `SamplingOptions`; in a graph each may be a tensor: a scalar, or (B,) with one value per row.

    Logit rules that cut the distribution (`LogitRule.cuts`) are applied after these options, before the draw.

    Raises:
        UserError: a value is out of range.
    """

    reads: ClassVar[Literal["logits", "log_probabilities"]] = "logits"

    def choose(self, scores, state, *, context):
        """See `Decoder.choose`."""
        greedy = tf.argmax(scores, axis=-1, output_type=tf.int32)
        draws = _column(self.temperature, tf.float32) >= LEAST

        def draw():
            drawn = drawn_tokens(self.cut_scores(scores, cut=context.cut), random_uniform(context.seeds, context.step))
            return tf.where(draws[:, 0], drawn, greedy)

        drawn = tf.cond(tf.reduce_any(draws), draw, lambda: greedy)
        return drawn, None, state

    def cut_scores(self, scores, *, cut=None):
        """The scores whose softmax is sampled, (B, V); a temperature of 0 counts as 1.

        Args:
            scores: float32 (B, V), logits after the logit rules that do not cut.
            cut: the rules that cut, as a function of scores (B, V); None for none.
        """
        # The highest becomes 0 and stays it, however small the temperature is.
        scores -= tf.reduce_max(scores, axis=-1, keepdims=True)
        temperature = _column(self.temperature, tf.float32)
        temperature = tf.where(temperature >= LEAST, temperature, 1.0)
        top_k, top_p = _column(self.top_k, tf.int32), _column(self.top_p, tf.float32)
        # Before the temperature, whose rounding may make two scores equal.
        scores = tf.cond(tf.reduce_any(top_k > 0), lambda: _keep_top_k(scores, top_k), lambda: scores)
        scores /= temperature
        scores = tf.cond(tf.reduce_any(top_p < 1), lambda: _keep_top_p(scores, top_p), lambda: scores)
        return scores if cut is None else cut(scores)


def drawn_tokens(scores, uniform):
    """Inverse transform sampling: one uniform number per row, (B,), against the cumulative distribution of (B, V)."""
    cumulative = tf.cumsum(tf.nn.softmax(scores), axis=-1)  # (B, V)
    total = cumulative[:, -1:]  # 1 except for rounding, which the product may reach
    threshold = uniform[:, tf.newaxis] * total
    return tf.reduce_sum(tf.cast((cumulative <= threshold) & (cumulative < total), tf.int32), axis=-1)


def _column(option, dtype):
    """One value per row, (B, 1), or one for all, (1, 1)."""
    return tf.reshape(tf.convert_to_tensor(option, dtype), (-1, 1))


def _keep_top_k(scores, k):
    """-inf for all but the k (B or 1, 1) highest scores of each row; 0 keeps all, and ties at the edge stay."""
    most = tf.minimum(tf.reduce_max(k), tf.shape(scores)[-1])
    highest = tf.math.top_k(scores, most).values  # (B, most)
    last = tf.broadcast_to(tf.clip_by_value(k - 1, 0, most - 1), (tf.shape(scores)[0], 1))
    edge = tf.gather(highest, last, batch_dims=1)  # (B, 1)
    return tf.where((k > 0) & (scores < edge), float("-inf"), scores)


def _keep_top_p(scores, p):
    """-inf for all tokens after the most probable ones whose mass reaches p (B or 1, 1), if p is below 1."""
    ordered = tf.sort(scores, direction="DESCENDING")
    mass_before = tf.cumsum(tf.nn.softmax(ordered), axis=-1, exclusive=True)
    edge = tf.reduce_min(tf.where(mass_before < p, ordered, float("inf")), axis=-1, keepdims=True)
    return tf.where((p < 1) & (scores < edge), float("-inf"), scores)
