"""Scaling of rotary positions."""

from typing import Annotated, Literal

import pydantic
from pydantic import Field, PositiveFloat

from ..field_types import NumPositions

_FIELDS_OF = {
    "linear": (),
    "llama3": ("original_max_sequence_length", "low_frequency_factor", "high_frequency_factor"),
    "yarn": ("original_max_sequence_length", "beta_fast", "beta_slow", "attention_factor"),
}
_MAY_BE_NONE = ("attention_factor",)


class RotaryScaling(pydantic.BaseModel):
    """The extension of a model with rotary positions to texts longer than those of training.

    Args:
        kind: "linear", positions divided by `factor` (Chen et al. 2023, arXiv:2306.15595); "llama3", long wavelengths
            stretched, short ones kept (Llama 3.1); "yarn" (Peng et al. 2023, arXiv:2309.00071).
        factor: the factor by which texts become longer.
        original_max_sequence_length: the length of training; "llama3" and "yarn".
        low_frequency_factor: wavelengths above `original_max_sequence_length` divided by this are stretched; "llama3".
        high_frequency_factor: those below `original_max_sequence_length` divided by this are kept; "llama3".
        beta_fast: features that rotate more often than this in the original length are kept; "yarn", 32 by default.
        beta_slow: those that rotate less often than this are stretched; "yarn", 1 by default.
        attention_factor: a factor of cosines and sines; None for 0.1 ln(factor) + 1; "yarn".

    Raises:
        ValueError: a field that the kind needs is missing, or one that it does not have is given.

    Example:
        >>> RotaryScaling(kind="linear", factor=4.0).to_dict()
        {'kind': 'linear', 'factor': 4.0}
        >>> RotaryScaling(kind="yarn", factor=4.0, original_max_sequence_length=4096).beta_fast
        32.0
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    kind: Literal["linear", "llama3", "yarn"]
    factor: Annotated[float, Field(ge=1)]
    original_max_sequence_length: NumPositions | None = None
    low_frequency_factor: PositiveFloat | None = None
    high_frequency_factor: PositiveFloat | None = None
    beta_fast: PositiveFloat | None = None
    beta_slow: PositiveFloat | None = None
    attention_factor: PositiveFloat | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _yarn_has_defaults(cls, values):
        if isinstance(values, dict) and values.get("kind") == "yarn":
            betas = {"beta_fast": 32.0, "beta_slow": 1.0}
            return {**values, **{name: beta for name, beta in betas.items() if values.get(name) is None}}
        return values

    @pydantic.model_validator(mode="after")
    def _has_the_fields_of_its_kind(self):
        names = _FIELDS_OF[self.kind]
        for name in dict.fromkeys(name for fields in _FIELDS_OF.values() for name in fields):
            value = getattr(self, name)
            if value is None and name in names and name not in _MAY_BE_NONE:
                raise ValueError(f"kind {self.kind!r} needs {name}")
            if value is not None and name not in names:
                raise ValueError(f"kind {self.kind!r} has no {name}, got {value}")
        for low, high in (("low_frequency_factor", "high_frequency_factor"), ("beta_slow", "beta_fast")):
            if low in names and getattr(self, low) >= getattr(self, high):
                raise ValueError(f"{low} ({getattr(self, low)}) must be below {high} ({getattr(self, high)})")
        return self

    def to_dict(self):
        """The kind and its own fields."""
        return {"kind": self.kind, "factor": self.factor} | {
            name: getattr(self, name) for name in _FIELDS_OF[self.kind] if getattr(self, name) is not None
        }
