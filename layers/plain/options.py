"""The base class of decoders and logit rules: a dataclass whose fields are their options."""

import copy
import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from .option import options_of

Own = TypeVar("Own", bound="Options")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """A frozen dataclass whose fields are options (`option`); their values are checked and rounded.

    Attributes:
        draws: whether a decoder draws from a distribution, which logit rules may cut.

    Raises:
        UserError: a value is out of range.
    """

    draws: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for name, described in options_of(self).items():
            object.__setattr__(self, name, described.checked(getattr(self, name)))  # it is frozen

    def with_values(self: Own, values: Mapping[str, Any]) -> Own:
        """Returns a copy with other values, which are not checked: tensors in a graph."""
        new = copy.copy(self)
        for name, value in values.items():
            object.__setattr__(new, name, value)
        return new

    @property
    def dynamic(self) -> dict[str, Any]:
        """Returns the options that may be tensors in a graph, name -> value."""
        return {name: getattr(self, name) for name, described in options_of(self).items() if not described.fixed}

    def graph_key(self) -> tuple[Any, ...]:
        """Returns a key that is equal for options that can share a graph."""
        fixed = (name for name, described in options_of(self).items() if described.fixed)
        return (type(self), *((name, getattr(self, name)) for name in fixed))
