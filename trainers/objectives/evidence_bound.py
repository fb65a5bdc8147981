"""A lower bound on the likelihood of sentences, through their latent vectors."""

import math
from typing import Any, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from ...layers.plain.errors import UserError
from ...zoo.objective import Objective
from ...zoo.objective_config import ObjectiveConfig
from .register_objective import register_objective

OF_WORDS = 1
"""The step of the random numbers that select the masked words; those of vectors have step 0."""


@register_objective("evidence_bound")
class EvidenceBound(Objective):
    """The negative evidence lower bound of sentences: reconstruction and KL, in nats per token (Bowman et al. 2016).

    With z drawn from q(z | x), -log p(x) <= E [-log p(x | z)] + KL(q(z | x) || p(z)). The first is the term
    `reconstruction`, a loss per token; the second, `kl`, is one per sentence, of which each of its tokens
    gets an equal part, so that the sum of both is the bound per token. In training the KL has a weight that rises with
    the step (annealing), and counts no less than its free bits; validation is exact. Also reported are
    `bound`, their exact sum, and `kl_per_sentence`; the perplexity is that of the bound. With `importance_samples` K,
    the tighter bound of Burda et al. 2016 (arXiv:1509.00519), with z_k from q(z | x):

        -log p(x) <= E [-log (1/K Σ_k p(x | z_k) p(z_k) / q(z_k | x))],

    is reported, too, as `importance_bound` per token, with its exponential `importance_perplexity`.

    The random numbers are a hash of the contents of the batch, so that a resumed run draws the same ones.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `SentenceSource`.

    Example:
        >>> model.compile("adam", objective=EvidenceBound(annealing_steps=2000, word_dropout=0.3))
        >>> model.fit(dataset)
    """

    tasks = ("latent_lm",)
    is_default = True
    shares: ClassVar = {"reconstruction": 1.0, "kl": 1.0}
    perplexity_of = "bound"
    observed = ("references", "predictions")
    predicts = "latent"

    class Config(ObjectiveConfig):
        """The settings of `EvidenceBound`.

        annealing: how the weight of the KL rises: "linear" from 0 to 1; "sigmoid", from 0.0025 through 0.5 at half the
            steps; "none", 1 from the start.
        annealing_steps: number of steps until it is 1 (0.9975 for the sigmoid).
        cycle_steps: number of steps after which the weight restarts (Fu et al. 2019, arXiv:1903.10145); 0 for never.
        free_bits: minimum of the KL in the training loss in nats (Kingma et al. 2016, arXiv:1606.04934), for each
            sentence separately, so that nothing is gained by a lower one.
        free_bits_per: the unit of free_bits: a "sentence", or each "dimension" of its vector, for which only the normal
            prior has a KL.
        word_dropout: share of the tokens that the decoder reads as <unk> in training, so that it needs the vector.
        importance_samples: K of the importance-weighted bound in validations; 0 for none. langzoo evaluate uses 20
            if this is 0.
        """

        annealing: Literal["linear", "sigmoid", "none"] = "linear"
        annealing_steps: PositiveInt = 2000
        cycle_steps: NonNegativeInt = 0
        free_bits: NonNegativeFloat = 0.0
        free_bits_per: Literal["sentence", "dimension"] = "sentence"
        word_dropout: float = Field(default=0.0, ge=0, le=1)
        importance_samples: NonNegativeInt = 0

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.metrics = {"bound": "min", "kl_per_sentence": "max"}
        if self.settings.importance_samples:
            self.metrics |= {"importance_bound": "min"}

    def check(self, model):
        """See `Objective`."""
        settings, config = self.settings, model.config
        if settings.free_bits and settings.free_bits_per == "dimension" and config.prior != "normal":
            raise UserError(
                f"objective.free_bits_per dimension is for the normal prior; the KL of {config.prior} is one of whole "
                "vectors: use sentence"
            )
        if settings.word_dropout and model.need_tokenizer().unknown_id is None:
            raise UserError(
                f"objective.word_dropout {settings.word_dropout} puts <unk> in place of words, which this tokenizer "
                "lacks: set it to 0, or use another tokenizer"
            )

    def weights(self, batch):
        """See `Objective`; the KL of a sentence counts once."""
        import tensorflow as tf

        of_tokens = batch["weights"]
        names = (*self.shares, *(name for name in self.metrics if name != "kl_per_sentence"))
        return {**dict.fromkeys(names, of_tokens), "kl_per_sentence": tf.reduce_max(of_tokens, axis=-1)}

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        settings, seeds = self.settings, batch["seeds"]
        mask = batch["weights"] > 0
        lengths = tf.reduce_sum(tf.cast(mask, tf.float32), axis=-1, keepdims=True)  # (B, 1)
        spread = tf.cast(mask, tf.float32) / tf.maximum(lengths, 1.0)  # (B, T): from a sentence to its tokens
        q = model.encode({"token_ids": batch["targets"], "padding_mask": mask}, training=training)
        z = self.drawn(q, seeds, 0)
        ids = self._shown(model, batch) if training and settings.word_dropout else batch["token_ids"]
        read = {"token_ids": ids}
        losses, _ = model.negative_log_likelihood(read, batch["targets"], model.start_state(z), training)
        divergence = model.prior.divergence(z, q["mean"], q["log_variance"])  # (B, Z), or (B, 1)
        kl = counted = tf.reduce_sum(divergence, axis=-1)  # (B,)
        if training:
            if settings.free_bits and settings.free_bits_per == "dimension":
                counted = tf.reduce_sum(tf.maximum(divergence, settings.free_bits), axis=-1)
            elif settings.free_bits:
                counted = tf.maximum(kl, settings.free_bits)
            counted *= self.kl_weight(batch["step"])
        found = {
            "reconstruction": losses,
            "kl": spread * counted[:, tf.newaxis],
            "bound": losses + spread * kl[:, tf.newaxis],
            "kl_per_sentence": kl,
            "references": tf.cast(lengths[:, 0], tf.int32),
            "predictions": q["mean"],
        }
        if settings.importance_samples:
            found["importance_bound"] = -spread * self._importance(model, batch, q)[:, tf.newaxis]
        return found, {}

    def kl_weight(self, step):
        """The weight of the KL in training at steps (B,), float32."""
        import tensorflow as tf

        settings = self.settings
        if settings.annealing == "none":
            return tf.ones_like(step, tf.float32)
        if settings.cycle_steps:
            step = step % settings.cycle_steps
        share = tf.minimum(tf.cast(step, tf.float32) / settings.annealing_steps, 1.0)
        return share if settings.annealing == "linear" else tf.sigmoid(12.0 * share - 6.0)

    def drawn(self, q, seeds, place):
        """Draws vectors (B, Z) from q(z | x), by seeds (B,) and the index of the draw."""
        import tensorflow as tf

        from ...layers.random_bits import random_normal

        noise = random_normal(seeds, tf.zeros_like(seeds) + place, 0, q["mean"].shape[-1])
        return q["mean"] + tf.exp(0.5 * q["log_variance"]) * noise

    def figures(self, means):
        """See `Objective.figures`; adds the perplexity of the importance-weighted bound."""
        found = super().figures(means)
        if "importance_bound" not in found:
            return found
        bound = found["importance_bound"]
        too_high = isinstance(bound, float) and bound > math.log(1e300)
        return {**found, "importance_perplexity": math.inf if too_high else math.e**bound}

    def directions(self):
        """See `Objective.directions`."""
        return {
            **super().directions(),
            **({"importance_perplexity": "min"} if self.settings.importance_samples else {}),
        }

    def _shown(self, model, batch):
        """The tokens (B, T) that the decoder reads, some of them replaced by <unk>; the start token stays."""
        import tensorflow as tf

        from ...layers.random_bits import random_table

        ids = batch["token_ids"]
        draws = random_table(batch["seeds"], tf.zeros_like(batch["seeds"]), OF_WORDS, tf.shape(ids)[1])
        hidden = (draws < self.settings.word_dropout) & (tf.range(tf.shape(ids)[1]) > 0)
        return tf.where(hidden, tf.cast(model.tokenizer.unknown_id, ids.dtype), ids)

    def _importance(self, model, batch, q):
        """log (1/K Σ_k p(x | z_k) p(z_k) / q(z_k | x)) of every sentence, (B,)."""
        import tensorflow as tf

        from ...layers.probabilistic import normal_density

        count = self.settings.importance_samples
        read = {"token_ids": batch["token_ids"]}

        def log_weight(place):
            z = self.drawn(q, batch["seeds"], place)
            losses, _ = model.negative_log_likelihood(read, batch["targets"], model.start_state(z), False)
            likelihood = -tf.reduce_sum(losses * batch["weights"], axis=-1)
            own = tf.reduce_sum(normal_density(z, q["mean"], q["log_variance"]), axis=-1)
            return likelihood + model.prior.log_density(z) - own

        # One sample after the other: in parallel they would need K times the memory.
        places = tf.range(1, count + 1)
        weights = tf.map_fn(log_weight, places, fn_output_signature=tf.float32, parallel_iterations=1)  # (K, B)
        return tf.reduce_logsumexp(weights, axis=0) - math.log(count)
