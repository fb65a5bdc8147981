"""The optimizer and its learning rate. Importing this loads no TensorFlow."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from ..layers.plain.errors import UserError
from ..layers.plain.registry import Registry
from .optimizers import OPTIMIZERS
from .schedules import SCHEDULES
from .strict_config import StrictConfig


class OptimizerConfig(StrictConfig):
    """Settings of the optimizer and its learning rate; see `trainers.schedules`. clip_norm 0 disables clipping.

    decay_after and decay_every are in epochs, warmup_steps in steps; warmup_fraction, of all steps, applies if
    warmup_steps is 0. layer_decay: factor between the learning rate of each layer and that of the layer below, see
    `layer_rates`. averaging_patience: for "nt_asgd": averaging begins after a validation that is worse than the best of
    all but this many before it. ema_momentum: for all others: the share of itself that a moving average of the weights
    keeps in a step, see `with_moving_average`; 0 for no average. plateau_rate: factor applied to the learning rate, in
    addition to its schedule, after a validation that is not better than the best before by more than plateau_margin, in
    units of `monitor`; see `with_plateau`.
    """

    name: Annotated[str, AfterValidator(lambda name: _known(name, OPTIMIZERS))] = "adam"
    learning_rate: PositiveFloat = 2e-3
    momentum: NonNegativeFloat = 0.0
    beta_1: float = Field(default=0.9, ge=0, lt=1)
    beta_2: float = Field(default=0.999, ge=0, lt=1)
    epsilon: PositiveFloat = 1e-8
    weight_decay: NonNegativeFloat = 0.0
    clip_norm: NonNegativeFloat = 1.0
    schedule: Annotated[str, AfterValidator(lambda name: _known(name, SCHEDULES))] = "constant"
    warmup_steps: NonNegativeInt = 0
    warmup_fraction: float = Field(default=0.0, ge=0, lt=1)
    final_fraction: float = Field(default=0.0, ge=0, le=1)
    decay_rate: PositiveFloat = 1.0
    layer_decay: float = Field(default=1.0, gt=0, le=1)
    averaging_patience: PositiveInt = 5
    ema_momentum: float = Field(default=0.0, ge=0, lt=1)
    plateau_rate: float = Field(default=1.0, gt=0, le=1)
    plateau_margin: NonNegativeFloat = 0.0
    decay_after: NonNegativeInt = 0
    decay_every: PositiveInt = 1

    @model_validator(mode="after")
    def _one_average(self) -> "OptimizerConfig":
        if self.ema_momentum and self.name == "nt_asgd":
            raise ValueError("ema_momentum: nt_asgd has averages of its own")
        return self


def _known(name: str, registry: Registry) -> str:
    try:
        registry.entry(name)
    except UserError as error:
        raise ValueError(str(error)) from None
    return name
