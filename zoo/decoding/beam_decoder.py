"""Beam search."""

import dataclasses

import tensorflow as tf

from ...layers.plain.beam_options import BeamOptions
from ...layers.plain.option import GREATEST
from .decoder import Decoder
from .make_decoder import register_decoder


@register_decoder("beam")
@dataclasses.dataclass(frozen=True, kw_only=True)
class BeamDecoder(BeamOptions, Decoder):
    """Keeps the `width` best hypotheses, ranked by log p(y) / ((5 + |y|) / 6)^length_penalty (Wu et al. 2016, eq. 14).

    A finished hypothesis stays in the beam with its score and competes with those that go on. The options are those of
    `BeamOptions`.

    Raises:
        UserError: for a value out of its range.
    """

    @property
    def beams(self):
        """Hypotheses kept for each prompt."""
        return self.width

    def start(self, batch_size):
        """All hypotheses of a prompt start equal, so only the first may be continued."""
        first = tf.one_hot(0, self.width, on_value=0.0, off_value=float("-inf"))
        return {
            "log_probability": tf.tile(first, [batch_size]),  # (B·R,)
            "length": tf.zeros((batch_size * self.width,), tf.int32),
        }

    def choose(self, scores, state, *, context):
        """See `Decoder.choose`."""
        finished = context.finished
        beams, vocabulary = self.width, tf.shape(scores)[-1]
        # A finished hypothesis has one continuation, token 0 at no cost.
        only_first = tf.one_hot(0, vocabulary, on_value=0.0, off_value=float("-inf"))
        continued = tf.where(finished[:, tf.newaxis], only_first[tf.newaxis], scores)
        totals = state["log_probability"][:, tf.newaxis] + continued  # (B·R, V)
        lengths = state["length"] + tf.cast(~finished, tf.int32)  # (B·R,)
        ranked = totals / self._penalty(lengths)[:, tf.newaxis]
        best = tf.math.top_k(tf.reshape(ranked, (-1, beams * vocabulary)), beams).indices  # (B, R)
        first_row = (tf.range(tf.shape(best)[0]) * beams)[:, tf.newaxis]
        parents = tf.reshape(first_row + best // vocabulary, (-1,))
        tokens = tf.reshape(best % vocabulary, (-1,))
        chosen = tf.gather(totals, parents)
        return (
            tokens,
            parents,
            {
                "log_probability": tf.gather(chosen, tokens, batch_dims=1),
                "length": tf.gather(lengths, parents),
            },
        )

    def best(self, state, batch_size, count):
        """The rows of each prompt's hypotheses of the highest rank, and their ranks."""
        ranked = tf.reshape(state["log_probability"] / self._penalty(state["length"]), (batch_size, self.width))
        first_row = (tf.range(batch_size) * self.width)[:, tf.newaxis]
        best = tf.math.top_k(ranked, count)
        return tf.reshape(first_row + best.indices, (-1,)), tf.reshape(best.values, (-1,))

    def _penalty(self, lengths):
        # A penalty beyond all numbers stays one, since -inf divided by it is none.
        power = tf.convert_to_tensor(self.length_penalty, tf.float32)
        return tf.minimum(((5.0 + tf.cast(lengths, tf.float32)) / 6.0) ** power, GREATEST)
