"""From a configuration to a Keras optimizer."""

import keras

from ..optimizer_config import OptimizerConfig
from .learning_rate import LearningRate


def build_optimizer(part: OptimizerConfig, *, steps_per_epoch: int, total_steps: int) -> keras.optimizers.Optimizer:
    """The optimizer of a configuration, clipping the gradient of the whole batch by its global norm.

    Args:
        part: the configuration.
        steps_per_epoch: what decay_after and decay_every are counted in.
        total_steps: where "linear" and "cosine" end.
    """
    rate = LearningRate(
        part.learning_rate,
        schedule=part.schedule,
        warmup_steps=part.warmup_steps,
        total_steps=total_steps,
        final_fraction=part.final_fraction,
        decay_rate=part.decay_rate,
        decay_after=part.decay_after * steps_per_epoch,
        decay_every=part.decay_every * steps_per_epoch,
    )
    shared = {
        "learning_rate": rate,
        "global_clipnorm": part.clip_norm or None,
        "weight_decay": part.weight_decay or None,
    }
    if part.name == "sgd":
        return keras.optimizers.SGD(momentum=part.momentum, **shared)
    moments = {"beta_1": part.beta_1, "beta_2": part.beta_2, "epsilon": part.epsilon}
    if part.name == "adam":
        return keras.optimizers.Adam(**moments, **shared)
    optimizer = keras.optimizers.AdamW(**moments, **{**shared, "weight_decay": part.weight_decay})
    # Biases and normalisation are not pulled towards zero (Loshchilov & Hutter 2019; Devlin et al. 2019).
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta", "norm"])
    return optimizer
