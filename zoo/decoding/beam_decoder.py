"""Beam search."""

import dataclasses

import tensorflow as tf

from ...layers.plain.beam_options import BeamOptions
from ...layers.plain.errors import UserError
from ...layers.plain.option import GREATEST, LEAST
from .decoder import Decoder
from .make_decoder import register_decoder


@register_decoder("beam")
@dataclasses.dataclass(frozen=True, kw_only=True)
class BeamDecoder(BeamOptions, Decoder):
    """Keeps the `width` best hypotheses, ranked by log p(y) / ((5 + |y|) / 6)^length_penalty (Wu et al. 2016, eq. 14).

    A finished hypothesis stays in the beam with its score and competes with unfinished ones. The options are those of
    `BeamOptions`.

    With a `coverage_penalty` β the term β Σ_i log min(Σ_j a_ij, 1) of the same equation is added to the ranks of the
    texts in the final beam, where a_ij is the attention to word i of the source when word j was generated, including
    end tokens. Applied earlier, it would penalize a hypothesis for words that it may still attend to.

    Raises:
        UserError: a value is out of range, or a coverage penalty is used with a model that has no source.
    """

    @property
    def beams(self):
        """The number of hypotheses per prompt."""
        return self.width

    @property
    def reads_attention(self):
        """See `Decoder`; only with a coverage penalty."""
        return self.coverage_penalty > 0

    def opened(self, model):
        """See `Decoder.opened`."""
        if self.reads_attention and not hasattr(model, "step_attention"):
            raise UserError(f"coverage_penalty needs a source, which a {model.task} model does not read: leave it out")
        return self

    def start(self, batch_size):
        """All hypotheses of a prompt start out equal, so only the first may be continued."""
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
                **self._looked_at(state, context, parents),
            },
        )

    def best(self, state, batch_size, count):
        """The rows of the highest-ranked hypotheses of each prompt, and their ranks."""
        ranked = state["log_probability"] / self._penalty(state["length"])
        if self.reads_attention:
            # A word without attention costs much, but not all: a text of rank -inf could not be told from none.
            covered = tf.math.log(tf.clip_by_value(state["coverage"], LEAST, 1.0))  # (B·R, S)
            ranked += self.coverage_penalty * tf.reduce_sum(covered, axis=-1)
        ranked = tf.reshape(ranked, (batch_size, self.width))
        first_row = (tf.range(batch_size) * self.width)[:, tf.newaxis]
        best = tf.math.top_k(ranked, count)
        return tf.reshape(first_row + best.indices, (-1,)), tf.reshape(best.values, (-1,))

    def _penalty(self, lengths):
        # An infinite penalty is made finite, since -inf divided by it is NaN.
        power = tf.convert_to_tensor(self.length_penalty, tf.float32)
        return tf.minimum(((5.0 + tf.cast(lengths, tf.float32)) / 6.0) ** power, GREATEST)

    def _looked_at(self, state, context, parents):
        """The next state: the accumulated attention to each word of the source, `coverage` (B·R, S)."""
        if not self.reads_attention:
            return {}
        now = tf.where(context.source_mask, context.attention, 1.0)  # padding is always covered
        now = tf.where(context.finished[:, tf.newaxis], 0.0, now)
        return {"coverage": tf.gather(state["coverage"] + now if "coverage" in state else now, parents)}
