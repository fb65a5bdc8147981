"""Gibbs sampling."""

import dataclasses
from typing import ClassVar, Literal

import tensorflow as tf

from .make_decoder import register_decoder
from .markov_chain_decoder import MarkovChainDecoder
from .masked_walk import MaskedWalk, with_token
from .sampling_decoder import drawn_tokens


@register_decoder("gibbs")
@dataclasses.dataclass(frozen=True, kw_only=True)
class GibbsDecoder(MarkovChainDecoder):
    """Draws the token of one place after the other given all others, over and over (Geman and Geman 1984).

    The conditional distributions are a masked model's, with the place hidden (Wang and Cho 2019, arXiv:1902.04094).
    No joint distribution need have them all; the chain has a stationary distribution of its own nevertheless, which the
    scan decides about, too. The options are those of `MarkovChainDecoder`.

    Raises:
        UserError: for a value out of its range.
    """

    needs: ClassVar[Literal["fill"]] = "fill"

    def decode(self, model, token_ids, lengths, *, seeds, rules=(), **limits):
        """See `Decoder.decode`; what is returned is that of `MaskedWalk.result`."""
        del limits
        walk = MaskedWalk(model, token_ids, lengths, rules)
        return walk.result(self.swept(walk, token_ids, seeds, sweeps=self.burn_in))

    def swept(self, walk, ids, seeds, *, sweeps):
        """The texts after some sweeps, int32 (B, T)."""
        counts = walk.counts

        def body(step, ids):
            place = tf.gather(walk.free, self.turn(step, tf.maximum(counts, 1), seeds), batch_dims=1)
            scores = walk.cut(walk.conditional(ids, place) / self.temperature)
            drawn = drawn_tokens(scores, self.uniform(seeds, step, 1))
            goes_on = (step < sweeps * counts)[:, tf.newaxis]
            return step + 1, tf.where(goes_on, with_token(ids, place, drawn), ids)

        steps = sweeps * tf.reduce_max(tf.concat([[0], counts], axis=0))
        return tf.while_loop(lambda step, _: step < steps, body, (tf.constant(0), ids))[1]
