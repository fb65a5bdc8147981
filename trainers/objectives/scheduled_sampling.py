"""Predicting the next token of a target, increasingly from the model's own words."""

import math
from typing import Literal

from pydantic import Field

from .next_target_token import NextTargetToken
from .register_objective import register_objective
from .replaced_token import drawn_words

COINS, DRAWS = 0, 1


@register_objective("scheduled_sampling")
class ScheduledSampling(NextTargetToken):
    """Cross-entropy of `NextTargetToken`, with some preceding words replaced by the model's own (Bengio et al. 2015).

    In training, each word that the next is predicted from is that of the target with probability ε, and otherwise one
    that the model draws given the words before. ε decreases with the optimizer's steps i (arXiv:1506.03099, section
    2.4; k is `decay_steps`):

        inverse_sigmoid: k / (k + exp(i / k));  linear: 1 - i / k;  exponential: exp(-i / k)

    but not below `least`. No gradient goes through a draw, so the words are drawn first, one after the other and
    without dropout, by any model with `step`, and the loss is that of all at once. Draws depend on the seed, the step
    and the target, so neither the batch nor the step at which a run was resumed changes them. Not used in validation.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Example:
        >>> model.compile("adam", objective=ScheduledSampling(decay="linear", decay_steps=10_000))
        >>> model.fit(dataset)
    """

    is_default = False

    class Config(NextTargetToken.Config):
        """The settings of `ScheduledSampling`, in addition to those of `NextTargetToken`.

        decay: how ε decreases: "inverse_sigmoid", "linear" or "exponential".
        decay_steps: k, in steps of the optimizer; for the inverse sigmoid, ε is 0.5 at about k · ln k.
        least: final value of ε, 0 to 1.
        seed: seed of the draws.
        """

        decay: Literal["inverse_sigmoid", "linear", "exponential"] = "inverse_sigmoid"
        decay_steps: float = Field(default=1000.0, ge=1, le=1e12)
        least: float = Field(default=0.0, ge=0, le=1)
        seed: int = Field(default=0, ge=0, lt=2**31)

    def read_tokens(self, model, batch, *, training):
        """See `NextTargetToken`."""
        given = super().read_tokens(model, batch, training=training)
        if not training:
            return given
        step = model.optimizer.iterations
        return self.mixed(model, batch, given, step=step, share=self.share(step))

    def share(self, step):
        """ε at a step of the optimizer, float32."""
        import tensorflow as tf

        k, step = self.settings.decay_steps, tf.cast(step, tf.float32)
        if self.settings.decay == "linear":
            share = 1 - step / k
        elif self.settings.decay == "exponential":
            share = tf.exp(-step / k)
        else:  # as a sigmoid of the exponent, which does not overflow
            share = tf.sigmoid(math.log(k) - step / k)
        return tf.maximum(share, self.settings.least)

    def mixed(self, model, batch, given, *, step, share):
        """Returns the tokens (B, T) that the targets are predicted from, of which a share are `given`.

        Args:
            model: with `start_state` and `step`.
            batch: its sources and targets.
            given: int32 (B, T), the start token and all targets except the last.
            step: int scalar, the step of the draws.
            share: float32 scalar, ε.
        """
        import tensorflow as tf

        from ...layers.random_bits import random_table

        rows, length = tf.shape(given)[0], tf.shape(given)[1]
        seeds = self.settings.seed + tf.reduce_sum(batch["targets"] * (1 + tf.range(length)), axis=-1)
        coins, draws = (
            random_table(seeds, tf.fill((rows,), place), tf.cast(step, tf.int32), length) for place in (COINS, DRAWS)
        )
        own = (coins >= share) & (tf.range(length) > 0)  # the start token is fixed
        source = {"token_ids": batch["source_ids"]}
        if "source_mask" in batch:
            source["padding_mask"] = batch["source_mask"]

        def body(place, drawn, state, read):
            tokens = tf.where(own[:, place], drawn, given[:, place])
            logits, state = model.step(tokens, state)
            drawn = drawn_words(logits[:, tf.newaxis], draws[:, place, tf.newaxis])[:, 0]
            return place + 1, tf.cast(drawn, given.dtype), state, read.write(place, tokens)

        start = (tf.constant(0), given[:, 0], model.start_state(source, length))
        read = tf.TensorArray(given.dtype, length, element_shape=given[:, 0].shape)
        *_, read = tf.while_loop(lambda place, *_: place < length, body, (*start, read), maximum_iterations=length)
        return tf.ensure_shape(tf.transpose(read.stack()), given.shape)
