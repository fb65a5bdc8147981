"""Beam search."""

import dataclasses
from typing import ClassVar

import tensorflow as tf

from ...layers.plain.generation_options import GREATEST, checked_option
from .decoder import Decoder


@dataclasses.dataclass(frozen=True, kw_only=True)
class BeamDecoder(Decoder):
    """Keeps the `width` best hypotheses, ranked by log p(y) / ((5 + |y|) / 6)^length_penalty (Wu et al. 2016, eq. 14).

    A finished hypothesis stays in the beam with its score and competes with those that go on.

    Args:
        width: hypotheses a prompt, from 1 to `MAX_WIDTH` of `layers.generation_options`; 1 is greedy.
        length_penalty: at least 0, and finite; 0 ranks by log-probability alone, which favours short texts; 0.6
            to 1 is usual.

    Raises:
        UserError: for a value out of its range.
    """

    width: int = 4
    length_penalty: float = 0.6
    dynamic: ClassVar[tuple[str, ...]] = ("length_penalty",)

    def __post_init__(self):
        for name in ("width", "length_penalty"):
            if not tf.is_tensor(getattr(self, name)):
                object.__setattr__(self, name, checked_option(name, getattr(self, name)))  # it is frozen

    def parameters(self):
        """The dynamic field as a tensor of one type, so that 1 and 1.0 share a graph."""
        return {"length_penalty": tf.convert_to_tensor(self.length_penalty, tf.float32)}

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

    def choose(self, logits, log_probabilities, state, *, step, finished, seeds):
        """See `Decoder.choose`."""
        del logits, step, seeds
        beams, vocabulary = self.width, tf.shape(log_probabilities)[-1]
        # A finished hypothesis has one continuation, token 0 at no cost.
        only_first = tf.one_hot(0, vocabulary, on_value=0.0, off_value=float("-inf"))
        continued = tf.where(finished[:, tf.newaxis], only_first[tf.newaxis], log_probabilities)
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

    def best(self, state, batch_size):
        """The row of each prompt's hypothesis with the highest rank."""
        ranked = tf.reshape(state["log_probability"] / self._penalty(state["length"]), (batch_size, self.width))
        return tf.range(batch_size) * self.width + tf.argmax(ranked, axis=-1, output_type=tf.int32)

    def _penalty(self, lengths):
        # A penalty beyond all numbers stays one, since -inf divided by it is none.
        power = tf.convert_to_tensor(self.length_penalty, tf.float32)
        return tf.minimum(((5.0 + tf.cast(lengths, tf.float32)) / 6.0) ** power, GREATEST)
