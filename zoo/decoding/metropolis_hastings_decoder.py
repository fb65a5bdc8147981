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
    """Proposes a token at one position after the other, and accepts it by the odds of the whole texts (Hastings 1970).

    Over a **masked model** the probability of a text is proportional to exp(-E / temperature), where E is the energy of
    Goyal et al. 2022 (arXiv:2106.02736): minus the sum over all words of log p(word | all others), or of its logits
    (`energy="raw"`). The model itself proposes a word given the others. Unlike Gibbs sampling, this has one known
    target, whatever the order.

    Over a **causal model** texts have `max_tokens` tokens, without stop tokens. If they contain all `keywords`, their
    probability is proportional to p(text)^(1 / temperature) times the scorer's probability to the power of `weight`.
    The model proposes a token given those before it; with keywords, every second step moves a stretch of the text by
    one position instead (compare Miao et al. 2019, arXiv:1811.10996).

    Args:
        energy: "normalized" or "raw", for masked models.
        keywords: words that the text must contain, separated by commas; for causal models.
        scorer: the run directory of a text classifier, or of a causal model with the same tokens; for causal models.
        label: the desired label of the classifier.
        weight: the exponent of the scorer's probability.
        burn_in, temperature, scan: see `MarkovChainDecoder`.

    Raises:
        UserError: a value is out of range, or the scorer cannot be used.
    """

    needs: ClassVar[Literal["either"]] = "either"
    _scorer: ClassVar[Any] = None  # set per instance, once opened
    _phrases: ClassVar[Any] = ()

    energy: str = option("normalized", fixed=True, help=f"For masked models: {' or '.join(ENERGIES)}.")
    keywords: str = option("", fixed=True, help="Words that a causal model's text must contain, separated by commas.")
    scorer: str = option("", fixed=True, help="Run of a model that scores texts: a classifier, or a causal model.")
    label: str = option("", fixed=True, help="The desired label of the classifier.")
    weight: float = option(1.0, help="Exponent of the scorer's probability.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.energy not in ENERGIES:
            raise UserError(unknown_name_message("energy", self.energy, ENERGIES))
        if self.label and not self.scorer:
            raise UserError(f"label {self.label!r} needs a scorer: give one, too")

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
        """See `Decoder.decode`; over a masked model it returns the result of `MaskedWalk.result`."""
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
