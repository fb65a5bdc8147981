"""Metropolis-Hastings sampling."""

import dataclasses
from typing import Any, ClassVar, Literal

import tensorflow as tf

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.option import option
from .causal_walk import CausalWalk, token_phrases
from .gibbs_decoder import GibbsDecoder
from .make_decoder import register_decoder
from .markov_chain_decoder import MarkovChainDecoder
from .masked_walk import MaskedWalk, with_token
from .sampling_decoder import drawn_tokens
from .text_scorer import TextScorer

ENERGIES = ("normalized", "raw")


@register_decoder("metropolis_hastings")
@dataclasses.dataclass(frozen=True, kw_only=True)
class MetropolisHastingsDecoder(MarkovChainDecoder):
    """Proposes a token for one place after the other, and takes it by the odds of the two whole texts (Hastings 1970).

    Over a **masked model** a text is as likely as exp(-E / temperature), E being the energy of Goyal et al. 2022
    (arXiv:2106.02736): minus the sum over all words of log p(word | all others), or of its logits (`energy="raw"`). The
    model itself proposes a word given the others. Unlike Gibbs sampling this has one known target, whatever the order.

    Over a **causal model** texts have `max_tokens` tokens, none of them one that ends a text, and are as likely as
    p(text)^(1 / temperature), where they have all `keywords`, times the scorer's probability to the power of `weight`.
    The model proposes a token given those before it; with keywords every second step moves a stretch of the text by one
    place instead (compare Miao et al. 2019, arXiv:1811.10996).

    Args:
        energy: "normalized" or "raw", of masked models.
        keywords: words that the text must have, separated by commas; of causal models.
        scorer: a run directory of a text classifier, or of a causal model with the same tokens; of causal models.
        label: of the classifier's labels the one that is wanted.
        weight: power of the scorer's probability.
        burn_in, temperature, scan: see `MarkovChainDecoder`.

    Raises:
        UserError: for a value out of its range, or a scorer that cannot be used.
    """

    needs: ClassVar[Literal["either"]] = "either"
    _scorer: ClassVar[Any] = None  # of an instance, once opened
    _phrases: ClassVar[Any] = ()

    energy: str = option("normalized", fixed=True, help=f"Of masked models: {' or '.join(ENERGIES)}.")
    keywords: str = option("", fixed=True, help="Words that a causal model's text must have, separated by commas.")
    scorer: str = option("", fixed=True, help="A run that judges texts: a classifier, or a causal model.")
    label: str = option("", fixed=True, help="The classifier's label that is wanted.")
    weight: float = option(1.0, help="Power of the scorer's probability.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.energy not in ENERGIES:
            raise UserError(unknown_name_message("energy", self.energy, ENERGIES))
        if self.label and not self.scorer:
            raise UserError(f"label {self.label!r} is one of a scorer's: give the scorer, too")

    def opened(self, model):
        """See `Decoder.opened`."""
        if hasattr(model, "mask_id"):
            for name in ("keywords", "scorer"):
                if getattr(self, name):
                    raise UserError(f"{name} is for causal models, and {model.name} is a masked one: leave it out")
            return self
        phrases = token_phrases(self.keywords, model)
        scorer = TextScorer.opened(self.scorer, model, label=self.label) if self.scorer else None
        return self.with_values({"_scorer": scorer, "_phrases": phrases})

    def decode(self, model, token_ids, lengths, *, seeds, rules=(), **limits):
        """See `Decoder.decode`; over a masked model what is returned is that of `MaskedWalk.result`."""
        if not hasattr(model, "mask_id"):
            walk = CausalWalk(self, model, token_ids, lengths, phrases=self._phrases, scorer=self._scorer)
            return walk.walked(seeds=seeds, rules=rules, **limits)
        if any(rule.cuts for rule in rules):
            raise UserError("metropolis_hastings takes no logit rule that cuts the distribution: use gibbs")
        walk = MaskedWalk(model, token_ids, lengths, rules)
        counts = walk.counts
        first = GibbsDecoder().swept(walk, token_ids, seeds, sweeps=1)

        def total(ids):
            scores = walk.own_scores(ids, walk.written, walk.there, normalized=self.energy == "normalized")
            return tf.reduce_sum(scores, axis=-1)  # -E, (B,)

        def body(step, ids, score):
            place = tf.gather(walk.free, self.turn(step, tf.maximum(counts, 1), seeds), batch_dims=1)
            beliefs = tf.nn.log_softmax(walk.conditional(ids, place))
            drawn = drawn_tokens(beliefs, self.uniform(seeds, step, 2))
            old = tf.gather(ids, place, batch_dims=1)
            proposed = with_token(ids, place, drawn)
            its = total(proposed)
            odds = (its - score) / self.temperature
            odds += tf.gather(beliefs, old, batch_dims=1) - tf.gather(beliefs, drawn, batch_dims=1)
            taken = (tf.math.log(self.uniform(seeds, step, 3)) < odds) & (step < self.burn_in * counts)
            return step + 1, tf.where(taken[:, tf.newaxis], proposed, ids), tf.where(taken, its, score)

        steps = self.burn_in * tf.reduce_max(tf.concat([[0], counts], axis=0))
        loop = (tf.constant(0), first, total(first))
        return walk.result(tf.while_loop(lambda step, *_: step < steps, body, loop)[1])
