"""The settings of one of several tasks. Importing this loads no TensorFlow."""

from typing import Annotated, Any

import pydantic
from pydantic import Field

from ..layers.plain.errors import UserError
from ..zoo.objective_config import ObjectiveConfig
from .data_config import DataConfig
from .objectives import OBJECTIVES
from .strict_config import StrictConfig


def _of_its_kind(value: Any) -> Any:
    """Converts the settings of an objective, given as JSON, to the `Config` of the objective of that name."""
    if not isinstance(value, dict) or not (name := value.get("name")):
        return value
    try:
        kind = OBJECTIVES[name] if isinstance(name, str) else None
    except UserError as error:
        raise ValueError(str(error)) from None
    return kind.Config.model_validate(value) if kind else value


ObjectiveSettings = Annotated[pydantic.SerializeAsAny[ObjectiveConfig], pydantic.BeforeValidator(_of_its_kind)]


class TaskConfig(StrictConfig):
    """Settings of one of several tasks on one body; all others are shared, see `TrainingConfig`.

    task: its name. options: options of the task that were requested.
    data: how its files are read; the batch size is shared by all tasks.
    objective, metrics, monitor, monitor_direction: as in a training of this task alone.
    """

    task: str
    options: dict[str, Any] = Field(default_factory=dict)
    data: DataConfig = DataConfig()
    objective: ObjectiveSettings = ObjectiveConfig()
    metrics: list[str] = Field(default_factory=list)
    monitor: str = "loss"
    monitor_direction: str = "min"
