"""Stochastic beam search."""

import dataclasses

import tensorflow as tf

from ...layers.plain.beam_options import MAX_WIDTH
from ...layers.plain.option import option
from ...layers.random_bits import random_table
from .decoder import Decoder
from .make_decoder import register_decoder


@register_decoder("stochastic_beam")
@dataclasses.dataclass(frozen=True, kw_only=True)
class StochasticBeamDecoder(Decoder):
    """Draws `width` different texts, by sampling without replacement (Kool et al. 2019, algorithm 1).

    Every hypothesis has a Gumbel number with its log-probability as location; those of its continuations are drawn so
    that the largest equals its own (section 4.1), and the largest are kept. The first text is a sample of the model,
    and texts are sorted by decreasing Gumbel number, which is their `score`.

    Args:
        width: the number of texts, of which `num_results` are returned.

    Raises:
        UserError: a value is out of range.
    """

    width: int = option(4, low=1, high=MAX_WIDTH, fixed=True, help="Number of different texts to draw.")

    @property
    def beams(self):
        """The number of hypotheses per prompt."""
        return self.width

    def start(self, batch_size):
        """All hypotheses of a prompt start out equal, so only the first may be continued."""
        first = tf.tile(tf.one_hot(0, self.width, on_value=0.0, off_value=float("-inf")), [batch_size])
        return {"log_probability": first, "gumbel": first}

    def choose(self, scores, state, *, context):
        """See `Decoder.choose`."""
        beams, vocabulary = self.width, tf.shape(scores)[-1]
        # Tokens banned by rules are no continuations; the others share the whole probability.
        scores = tf.nn.log_softmax(scores)
        only_first = tf.one_hot(0, vocabulary, on_value=0.0, off_value=float("-inf"))
        continued = tf.where(context.finished[:, tf.newaxis], only_first[tf.newaxis], scores)
        location = state["log_probability"][:, tf.newaxis] + continued  # (B·R, V)
        place = tf.range(tf.shape(scores)[0]) % beams
        uniform = random_table(context.seeds, place, context.step, vocabulary)  # (B·R, V), in (0, 1)
        gumbel = location - tf.math.log(-tf.math.log(uniform))
        gumbel = _with_maximum(gumbel, state["gumbel"][:, tf.newaxis])
        best = tf.math.top_k(tf.reshape(gumbel, (-1, beams * vocabulary)), beams)  # (B, R)
        first_row = (tf.range(tf.shape(best.indices)[0]) * beams)[:, tf.newaxis]
        parents = tf.reshape(first_row + best.indices // vocabulary, (-1,))
        tokens = tf.reshape(best.indices % vocabulary, (-1,))
        chosen = tf.gather(tf.gather(location, parents), tokens, batch_dims=1)
        return tokens, parents, {"log_probability": chosen, "gumbel": tf.reshape(best.values, (-1,))}

    def best(self, state, batch_size, count):
        """The rows of the hypotheses of each prompt with the largest Gumbel numbers, and these numbers."""
        best = tf.math.top_k(tf.reshape(state["gumbel"], (batch_size, self.width)), count)
        first_row = (tf.range(batch_size) * self.width)[:, tf.newaxis]
        return tf.reshape(first_row + best.indices, (-1,)), tf.reshape(best.values, (-1,))


def _with_maximum(gumbel, maximum):
    """Gumbel numbers of each row (V,), conditioned on the maximum `maximum` (Kool et al. 2019, appendix B.3)."""
    largest = tf.reduce_max(gumbel, axis=-1, keepdims=True)
    there = (gumbel > float("-inf")) & (maximum > float("-inf"))
    safe, top = tf.where(there, gumbel, 0.0), tf.where(tf.math.is_finite(largest), largest, 0.0)
    known = tf.where(tf.math.is_finite(maximum), maximum, 0.0)
    v = known - safe + tf.math.log1p(-tf.exp(tf.minimum(safe - top, 0.0)))  # -inf of the largest
    moved = known - tf.maximum(v, 0.0) - tf.math.log1p(tf.exp(-tf.abs(v)))
    return tf.where(there, moved, float("-inf"))
