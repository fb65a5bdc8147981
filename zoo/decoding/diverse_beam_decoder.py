"""Diverse beam search."""

import dataclasses

import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.option import option
from .beam_decoder import BeamDecoder
from .make_decoder import register_decoder


@register_decoder("diverse_beam")
@dataclasses.dataclass(frozen=True, kw_only=True)
class DiverseBeamDecoder(BeamDecoder):
    """Beam search in groups that differ from each other (Vijayakumar et al. 2018, algorithm 1, Hamming diversity).

    Each group is a beam of `width` / `groups` hypotheses. At a step a group ranks a token lower, by `diversity`, for
    every hypothesis of earlier groups that has just chosen it. Scores, and the ranks at the end, are the model's own
    log-probabilities. One group, or a diversity of 0, is beam search.

    Args:
        groups: divides `width`.
        diversity: 0.2 to 1 is usual.

    Raises:
        UserError: a value is out of range.
    """

    groups: int = option(2, low=1, high=1_024, fixed=True, help="Number of groups; must divide the width.")
    diversity: float = option(0.5, high=1_000, help="How much a group avoids the tokens of the groups before it.")

    def __post_init__(self):
        super().__post_init__()
        if self.width % self.groups:
            raise UserError(f"groups must divide width, {self.width}, and {self.groups} does not: choose another")

    @property
    def _size(self):
        return self.width // self.groups

    def start(self, batch_size):
        """The first hypothesis of every group may be continued."""
        first = tf.one_hot(0, self._size, on_value=0.0, off_value=float("-inf"))
        return {
            "log_probability": tf.tile(first, [batch_size * self.groups]),  # (B·R,)
            "length": tf.zeros((batch_size * self.width,), tf.int32),
        }

    def choose(self, scores, state, *, context):
        """See `Decoder.choose`."""
        size, vocabulary = self._size, tf.shape(scores)[-1]
        only_first = tf.one_hot(0, vocabulary, on_value=0.0, off_value=float("-inf"))
        continued = tf.where(context.finished[:, tf.newaxis], only_first[tf.newaxis], scores)
        totals = state["log_probability"][:, tf.newaxis] + continued  # (B·R, V)
        lengths = state["length"] + tf.cast(~context.finished, tf.int32)

        def in_groups(rows):
            return tf.unstack(tf.reshape(rows, (-1, self.groups, size, *rows.shape[1:])), num=self.groups, axis=1)

        penalties = in_groups(self._penalty(lengths))  # each (B, r)
        batch = tf.shape(penalties[0])[0]
        taken = tf.zeros((batch, 1, vocabulary))  # how often earlier groups have chosen it
        tokens, parents = [], []
        groups = zip(
            in_groups(tf.reshape(totals, (-1, vocabulary))), in_groups(context.finished), penalties, strict=True
        )
        for group, (total, finished, penalty) in enumerate(groups):
            away = tf.where(finished[:, :, tf.newaxis], 0.0, self.diversity * taken)
            ranked = (total - away) / penalty[:, :, tf.newaxis]  # (B, r, V)
            best = tf.math.top_k(tf.reshape(ranked, (batch, -1)), size).indices  # (B, r)
            place, token = best // vocabulary, best % vocabulary
            goes_on = tf.cast(~tf.gather(finished, place, batch_dims=1), tf.float32)
            taken += tf.reduce_sum(tf.one_hot(token, vocabulary) * goes_on[:, :, tf.newaxis], axis=1, keepdims=True)
            first_row = (tf.range(batch) * self.width + group * size)[:, tf.newaxis]
            tokens.append(token)
            parents.append(first_row + place)
        tokens = tf.reshape(tf.stack(tokens, axis=1), (-1,))
        parents = tf.reshape(tf.stack(parents, axis=1), (-1,))
        chosen = tf.gather(tf.gather(totals, parents), tokens, batch_dims=1)
        lengths = tf.gather(lengths, parents)
        looked = self._looked_at(state, context, parents)
        return tokens, parents, {"log_probability": chosen, "length": lengths, **looked}
