"""A request that has been checked. Importing this loads no TensorFlow."""

import dataclasses
from typing import TYPE_CHECKING, Any

from ..zoo.model_config import ModelConfig
from .training_config import TrainingConfig

if TYPE_CHECKING:
    from .train_request import TrainRequest


@dataclasses.dataclass(frozen=True)
class ResolvedRequest:
    """A request whose names have been looked up and whose settings have been checked."""

    request: "TrainRequest"
    name: str
    task: str
    config: ModelConfig
    training: TrainingConfig
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
