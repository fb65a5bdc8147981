"""The settings of an objective. Importing this loads no TensorFlow."""

import pydantic


class ObjectiveConfig(pydantic.BaseModel):
    """The name of an objective; an objective with settings of its own adds them as fields.

    name: the name of the objective; "" for the default one of the task.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    name: str = ""
