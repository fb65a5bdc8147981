"""An option of a decoder or a logit rule: its name, type, default, bounds and help. Needs no TensorFlow.

All interfaces derive their options from here: Python, the command line, the signatures of exports and the server. A
graph computes in 32 bits, so real numbers are first rounded to 32 bits.
"""

import dataclasses
import functools
import numbers
import reprlib
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .errors import UserError

INT32_MAX = 2**31 - 1
LEAST = 2.0**-126
"""The smallest normal number of 32 bits; smaller numbers count as 0, as they may in a graph."""

GREATEST = (2 - 2.0**-23) * 2.0**127
"""The largest number of 32 bits."""

_HERE = "langzoo.option"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Option:
    """An option: its name and its allowed values.

    Attributes:
        name: its name in Python, `top_k`; on the command line it is `--top-k`.
        kind: `int`, `float`, `bool` or `str`.
        default: its value if none is given.
        low, high: bounds of a number.
        above: whether `low` itself is excluded.
        fixed: whether it is part of a graph; others are tensors, so that a new value does not trace a new graph.
        help: a sentence for `--help`.

    Example:
        >>> Option(name="top_p", kind=float, default=1.0, low=0, high=1, above=True).rule
        'a number above 0 and at most 1'
    """

    name: str
    kind: type
    default: Any = None
    low: float = 0
    high: float = GREATEST
    above: bool = False
    fixed: bool = False
    help: str = ""

    @property
    def rule(self) -> str:
        """The allowed values, in words."""
        if self.kind not in (int, float):
            return "True or False" if self.kind is bool else "a string"
        if self.kind is int:
            return f"an integer from {self.low} to {self.high}"
        if self.above:
            return f"a number above {self.low:g} and at most {_number(self.high)}"
        return f"a number from {_number(self.low)} to {_number(self.high)}"

    def checked(self, value: Any) -> Any:
        """Returns the value as a graph computes with it; raises UserError if it violates the rule."""
        if not self._holds(value):
            raise UserError(f"{self.name} must be {self.rule}, not {shown(value)}")
        if self.kind is not float:
            return self.kind(value)
        rounded = struct.unpack("f", struct.pack("f", float(value)))[0]
        if abs(rounded) >= LEAST:
            return rounded
        return LEAST if self.above and self.low == 0 else 0.0

    def _holds(self, value: Any) -> bool:
        if self.kind not in (int, float):
            return isinstance(value, self.kind)
        if not isinstance(value, numbers.Integral if self.kind is int else numbers.Real) or isinstance(value, bool):
            return False
        number: Any = value
        return bool((number > self.low if self.above else number >= self.low) and number <= self.high)


def option(
    default: Any, *, help: str, low: float = 0, high: float | None = None, above: bool = False, fixed: bool = False
) -> Any:
    """Declares a field of a dataclass of options; the arguments are those of `Option`.

    Example:
        >>> @dataclasses.dataclass(frozen=True, kw_only=True)
        ... class Cut:
        ...     rank: int = option(0, high=9, help="Tokens to leave out.")
        >>> options_of(Cut)["rank"].rule
        'an integer from 0 to 9'
    """
    bounds = {"low": low, "high": _most(type(default)) if high is None else high, "above": above, "fixed": fixed}
    return dataclasses.field(default=default, metadata={_HERE: {**bounds, "help": help}})


def options_of(owner: Any) -> Mapping[str, Option]:
    """Returns the options of a dataclass, or of one of its instances, by name, in its order.

    A field without `option` has no bounds and is fixed.

    Raises:
        ValueError: a field has no default, or a default that is not a number, bool or str.
    """
    return _options_of(owner if isinstance(owner, type) else type(owner))


@functools.cache  # called several times for every generated text
def _options_of(owner: type) -> Mapping[str, Option]:
    found = {}
    for field in dataclasses.fields(owner):
        kind = type(field.default)
        if kind not in (int, float, bool, str):
            raise ValueError(f"the option {field.name} of {owner.__name__} needs a default: a number, a bool or a str")
        least = -INT32_MAX - 1 if kind is int else -GREATEST
        known = field.metadata.get(_HERE, {"low": least, "high": _most(kind), "fixed": True})
        found[field.name] = Option(name=field.name, kind=kind, default=field.default, **known)
    return MappingProxyType(found)


def shown(value: Any) -> str:
    """Formats a value for a message, in one short line.

    Example:
        >>> shown("a" * 100), shown(10**5000)
        ("'aaaaaaaaaaaa...aaaaaaaaaaaaa'", 'an integer of 16610 bits')
    """
    try:
        return " ".join(reprlib.repr(value).split())
    except ValueError:  # Python writes no integer of more than 4,300 digits
        return f"an integer of {value.bit_length()} bits" if isinstance(value, int) else f"a {type(value).__name__}"


def _most(kind: type) -> float:
    return INT32_MAX if kind is int else GREATEST


def _number(value: float) -> str:
    return "3.4e38" if value == GREATEST else f"{value:g}"
