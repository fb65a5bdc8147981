"""The base of the configurations of a training."""

import pydantic


class StrictConfig(pydantic.BaseModel):
    """A frozen configuration; unknown keys, values of another type, NaN and infinity are errors."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
