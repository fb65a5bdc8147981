"""Building a Keras optimizer from a configuration."""

from collections.abc import Iterable
from typing import Any

import keras

from ..optimizer_config import OptimizerConfig
from .layer_rates import layer_rates, with_layer_rates
from .learning_rate import LearningRate
from .moving_average import with_moving_average
from .plateau import with_plateau
from .register_optimizer import OPTIMIZERS


def build_optimizer(
    part: OptimizerConfig, variables: Iterable[Any], *, steps_per_epoch: int, total_steps: int
) -> keras.optimizers.Optimizer:
    """Builds the optimizer of a configuration, clipping the gradient of the whole batch by its global norm.

    Weight decay applies to matrices and tables; biases and the scales of norms, whose rank is below two, are
    excluded (Loshchilov & Hutter 2019; Devlin et al. 2019).

    Args:
        part: the configuration.
        variables: all variables that it will be applied to.
        steps_per_epoch: number of steps per epoch, the unit of decay_after and decay_every.
        total_steps: the step at which "linear" and "cosine" end.
    """
    rate = LearningRate(
        part.learning_rate,
        schedule=part.schedule,
        warmup_steps=part.warmup_steps or round(part.warmup_fraction * total_steps),
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
    optimizer, variables = OPTIMIZERS[part.name](part, **shared), list(variables)
    if part.layer_decay < 1:
        optimizer = with_layer_rates(optimizer, layer_rates([each.path for each in variables], part.layer_decay))
    if part.plateau_rate < 1:
        optimizer = with_plateau(optimizer, rate=part.plateau_rate, margin=part.plateau_margin)
    if part.ema_momentum:
        optimizer = with_moving_average(optimizer, part.ema_momentum)
    # By the variables themselves: Keras compares names without their paths, and a norm's weight is called "scale".
    optimizer.exclude_from_weight_decay(var_list=[each for each in variables if len(each.shape) < 2])
    return optimizer
