"""The decoder."""

import dataclasses

import tensorflow as tf
from langzoo.layers.plain.option import option
from langzoo.zoo.decoding import Decoder, register_decoder


@register_decoder("ranked")
@dataclasses.dataclass(frozen=True, kw_only=True)
class RankedDecoder(Decoder):
    """The token of a rank: 0 is the most probable."""

    rank: int = option(0, high=9, help="Tokens that are more probable.", fixed=True)

    def choose(self, scores, state, *, context):
        """See `Decoder.choose`."""
        del context
        return tf.math.top_k(scores, self.rank + 1).indices[:, -1], None, state
