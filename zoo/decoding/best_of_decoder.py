"""The best of several samples."""

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from ...layers.plain.beam_options import MAX_WIDTH
from ...layers.plain.option import option
from .causal_walk import joined
from .make_decoder import register_decoder
from .model_draft import opened_draft, within_positions
from .sampling_decoder import SamplingDecoder


@register_decoder("best_of")
@dataclasses.dataclass(frozen=True, kw_only=True)
class BestOfDecoder(SamplingDecoder):
    """Draws `width` texts and keeps those that score best (best-of-n; Stiennon et al. 2020, section 4.3).

    The score of a text is its mean log-probability per token, under the model itself or another one, including tokens
    that a stop string removes. A text without tokens has no mean and comes last.

    Args:
        width: the number of samples per prompt, drawn as by `sampling`.
        scorer: the run directory of a model with the same tokens that scores the samples; by default the model itself.

    Raises:
        UserError: a value is out of range, or the scorer cannot be used.
    """

    _scorer: ClassVar[Any] = None  # the model, set per instance

    width: int = option(4, low=1, high=MAX_WIDTH, fixed=True, help="Number of samples, of which the best are kept.")
    scorer: str = option("", fixed=True, help="Run with the same tokens that scores them; by default the model itself.")

    @property
    def ranks_texts(self):
        """See `Decoder.ranks_texts`."""
        return True

    def opened(self, model):
        """See `Decoder.opened`."""
        return self.with_values({"_scorer": opened_draft(self.scorer, model)}) if self.scorer else self

    def decode(self, model, token_ids, lengths, *, seeds, num_results=1, max_tokens, **limits):
        """See `Decoder.decode`."""
        scorer, repeat = self._scorer, getattr(model, "repeated", None)
        batch, samples = tf.shape(token_ids)[0], self.width

        def repeated(rows):
            rows = tf.convert_to_tensor(rows)
            return tf.repeat(rows, samples, axis=0) if rows.shape.rank else rows

        prompts, sizes = repeated(token_ids), repeated(lengths)
        drawn = (repeated(seeds) * samples) + tf.tile(tf.range(samples), tf.reshape(batch, (1,)))
        model = model if repeat is None else repeat(samples)
        found = super().decode(model, prompts, sizes, seeds=drawn, max_tokens=repeated(max_tokens), **limits)
        given = found["log_probabilities"] if scorer is None else _judged(scorer, prompts, sizes, found)
        there = tf.sequence_mask(found["lengths"], tf.shape(given)[1])
        total = tf.reduce_sum(tf.where(there, given, 0.0), axis=-1)
        score = tf.where(found["lengths"] > 0, total / tf.cast(found["lengths"], tf.float32), float("-inf"))
        best = tf.math.top_k(tf.reshape(score, (batch, samples)), num_results)
        rows = tf.reshape((tf.range(batch) * samples)[:, tf.newaxis] + best.indices, (-1,))
        kept = {name: tf.gather(value, rows) for name, value in found.items()}
        return {**kept, "scores": tf.reshape(best.values, (-1,))}


def _judged(scorer, prompts, sizes, found):
    """log p of every new token under another model, (B, N)."""
    columns, ids = tf.shape(found["token_ids"])[1], joined(prompts, sizes, found["token_ids"])
    ids = within_positions(scorer, ids, sizes + found["lengths"])
    inputs = {
        "token_ids": ids[:, :-1],
        "padding_mask": tf.sequence_mask(sizes + found["lengths"] - 1, tf.shape(ids)[1] - 1),
    }
    losses, _ = scorer.negative_log_likelihood(inputs, ids[:, 1:])
    at = tf.minimum(sizes[:, tf.newaxis] - 1 + tf.range(columns)[tf.newaxis], tf.shape(losses)[1] - 1)
    return -tf.gather(losses, at, batch_dims=1)
