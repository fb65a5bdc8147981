"""The settings of an objective. Importing this loads no TensorFlow."""

import pydantic


class ObjectiveConfig(pydantic.BaseModel):
    """What is trained for, by name; an objective with settings of its own adds them as fields.

    name: of the objective; "" for the one that the task is known for.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    name: str = ""
