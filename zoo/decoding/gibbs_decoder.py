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
    """Repeatedly draws the token of one position after the other given all others (Geman and Geman 1984).

    The conditional distributions are those of a masked model, with the position masked (Wang and Cho 2019,
    arXiv:1902.04094). There need not be a joint distribution with these conditionals; the chain still has a stationary
    distribution, which also depends on the scan. The options are those of `MarkovChainDecoder`.

    Raises:
        UserError: a value is out of range.
    """

    needs: ClassVar[Literal["fill"]] = "fill"

    def decode(self, model, token_ids, lengths, *, seeds, rules=(), **limits):
        """See `Decoder.decode`; returns the result of `MaskedWalk.result`."""
        del limits
        walk = MaskedWalk(model, token_ids, lengths, rules)
        return walk.result(self.swept(walk, token_ids, seeds, sweeps=self.burn_in))

    def swept(self, walk, ids, seeds, *, sweeps):
        """The texts after a number of sweeps, int32 (B, T)."""
        counts = walk.counts

        def body(step, ids):
            place = tf.gather(walk.free, self.turn(step, tf.maximum(counts, 1), seeds), batch_dims=1)
            scores = walk.cut(walk.conditional(ids, place) / self.temperature)
            drawn = drawn_tokens(scores, self.uniform(seeds, step, 1))
            goes_on = (step < sweeps * counts)[:, tf.newaxis]
            return step + 1, tf.where(goes_on, with_token(ids, place, drawn), ids)

        steps = sweeps * tf.reduce_max(tf.concat([[0], counts], axis=0))
        return tf.while_loop(lambda step, _: step < steps, body, (tf.constant(0), ids))[1]
