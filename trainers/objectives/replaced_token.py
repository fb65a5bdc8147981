"""Predicting which tokens a generator has replaced, while the generator learns to predict them."""

from typing import ClassVar

from pydantic import Field

from .masked_token import MaskedToken
from .register_objective import register_objective

TINY = 1e-12  # so that a share of zero items is 0


@register_objective("replaced_token")
class ReplacedToken(MaskedToken):
    """ELECTRA's pre-training: replaced-token detection, and the generator's predictions (Clark et al. 2020).

    A small masked model predicts masked tokens; words drawn from its softmax are put in their places; and the
    discriminator predicts for each token whether it was replaced. The loss is the mean cross-entropy of masked
    tokens plus `discriminator_share` times that of all tokens; no gradient goes through the draw. If the drawn word is
    the original one, it counts as not replaced. Also reports the accuracy of both, and precision and recall of
    the tokens predicted as replaced.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `ReplacedTokenSource`; models `ElectraPair`.

    Example:
        >>> model.compile("adam", objective=ReplacedToken())
        >>> model.fit(dataset)
    """

    tasks = ("electra_pair",)
    metrics: ClassVar = {
        "generator_accuracy": "max",
        "discriminator_accuracy": "max",
        "discriminator_precision": "max",
        "discriminator_recall": "max",
        "replaced": "min",
    }
    perplexity_of = "generator"

    class Config(MaskedToken.Config):
        """The settings of `ReplacedToken`, and those of `MaskedToken` (Clark et al. 2020: 0.15, all masked, 50).

        mask_share, random_share: the paper shows all predicted tokens as the mask token; its code 85 %.
        discriminator_share: factor of the mean loss of the discriminator in the sum.
        """

        mask_share: float = Field(default=1.0, ge=0, le=1)
        random_share: float = Field(default=0.0, ge=0, le=1)
        discriminator_share: float = Field(default=50.0, gt=0)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.shares = {"generator": 1.0, "discriminator": self.settings.discriminator_share}

    def source_class(self, default):
        """See `Objective.source_class`."""
        del default
        from ..data.replaced_token_source import ReplacedTokenSource

        return ReplacedTokenSource

    def weights(self, batch):
        """See `Objective.weights`: masked tokens, and all tokens except padding."""
        import tensorflow as tf

        # A row of padding sees its first position, which is not a token.
        real = tf.reduce_max(batch["weights"], axis=-1, keepdims=True)
        tokens = tf.cast(batch["padding_mask"], tf.float32) * tf.cast(real > 0, tf.float32)
        names = ("discriminator", "discriminator_accuracy", "discriminator_precision", "discriminator_recall")
        return {
            "generator": batch["weights"],
            "generator_accuracy": batch["weights"],
            **dict.fromkeys((*names, "replaced"), tokens),
        }

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        ids, targets, places = batch["token_ids"], batch["targets"], batch["masked_positions"]
        read = {name: batch[name] for name in ("padding_mask", "segment_ids") if name in batch}
        logits = model.generator({**read, "token_ids": ids, "masked_positions": places}, training=training)["logits"]
        words = drawn_words(logits, batch["draws"])  # (B, P)
        original, shown = (_with_words(ids, places, each, batch["weights"]) for each in (targets, words))
        replaced = tf.cast(original != shown, tf.float32)  # (B, T)
        found = model.discriminator({**read, "token_ids": shown}, training=training)["logits"]
        called = tf.cast(found > 0, tf.float32)
        guessed = tf.argmax(logits, -1, output_type=targets.dtype) == targets
        return {
            "generator": tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits),
            "generator_accuracy": tf.cast(guessed, tf.float32),
            "discriminator": tf.nn.sigmoid_cross_entropy_with_logits(labels=replaced, logits=found),
            "discriminator_accuracy": tf.cast(called == replaced, tf.float32),
            # Means over all tokens, from which `figures` computes the shares.
            "discriminator_precision": called * replaced,
            "discriminator_recall": called,
            "replaced": replaced,
        }, {}

    def figures(self, means):
        """See `Objective.figures`: precision and recall are ratios of other means."""
        right, called = means["discriminator_precision"], means["discriminator_recall"]
        shares = {
            "discriminator_precision": right / (called + TINY),
            "discriminator_recall": right / (means["replaced"] + TINY),
        }
        return super().figures({**means, **shares})


def drawn_words(logits, draws):
    """Draws words (B, P) from the softmax of logits (B, P, V), by inverting its distribution at numbers in [0, 1)."""
    import tensorflow as tf

    sums = tf.cumsum(tf.nn.softmax(tf.cast(logits, tf.float32)), axis=-1)
    below = sums <= draws[..., tf.newaxis] * sums[..., -1:]
    words = tf.reduce_sum(tf.cast(below, tf.int32), axis=-1)
    return tf.stop_gradient(tf.minimum(words, tf.shape(logits)[-1] - 1))


def _with_words(ids, places, words, weights):
    """The ids (B, T) with words (B, P) at places (B, P), where their weights are above 0."""
    import tensorflow as tf

    words = tf.where(weights > 0, tf.cast(words, ids.dtype), tf.gather(ids, places, batch_dims=1))
    rows = tf.broadcast_to(tf.range(tf.shape(ids)[0])[:, tf.newaxis], tf.shape(places))
    return tf.tensor_scatter_nd_update(ids, tf.stack([rows, places], axis=-1), words)
