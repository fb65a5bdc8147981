"""A request that has been checked. Importing this loads no TensorFlow."""

import dataclasses
from typing import TYPE_CHECKING, Any

from ..zoo.model_config import ModelConfig
from .training_config import TrainingConfig

if TYPE_CHECKING:
    from .train_request import TrainRequest


@dataclasses.dataclass(frozen=True)
class ResolvedRequest:
    """A request whose names have been looked up and whose settings have been checked.

    Attributes:
        request: as it was made.
        name: of the model.
        task: what it learns.
        config: of the model.
        training: how it is trained.
        options: of the task, of a run whose head is kept; else none.
        asked_options: of the task, that the user has set.
        new_head: whether the body of a run gets a new head.
    """

    request: "TrainRequest"
    name: str
    task: str
    config: ModelConfig
    training: TrainingConfig
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    asked_options: dict[str, Any] = dataclasses.field(default_factory=dict)
    new_head: bool = False
