"""The options of `generate`, as the one decoder that is in an export takes them."""

import numbers
from collections.abc import Callable, Mapping
from typing import Any

from ..layers.errors import UserError

INT32_MAX = 2**31 - 1
# What `GenerativeModel.generate` means by these names.
DECODERS: dict[str, dict[str, float]] = {
    "greedy": {"temperature": 0.0},
    "temperature": {},
    "top_k": {"top_k": 40},
    "top_p": {"top_p": 0.9},
}
OPTIONS = {"temperature": 1.0, "top_k": 0, "top_p": 1.0}
RULES: dict[str, tuple[str, type, Callable[[Any], bool]]] = {
    "temperature": ("a number of at least 0", numbers.Real, lambda value: 0 <= value < float("inf")),
    "top_k": ("an integer of at least 0", numbers.Integral, lambda value: 0 <= value <= INT32_MAX),
    "top_p": ("a number above 0 and at most 1", numbers.Real, lambda value: 0 < value <= 1),
}


def decoding_options(decoder: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Temperature, top_k and top_p of a decoder by name with the options that were given.

    Raises:
        UserError: no such decoder or option in an export, or a value out of range.

    Example:
        >>> decoding_options("top_k", {"temperature": 0.5})
        {'temperature': 0.5, 'top_k': 40, 'top_p': 1.0}
    """
    name = decoder or ("temperature" if given else "greedy")
    if name not in DECODERS:
        known = ", ".join(DECODERS)
        raise UserError(f"an exported model has no decoder {name!r}, only {known}; others need the run directory")
    for option, value in given.items():
        if option not in OPTIONS or name == "greedy":
            raise UserError(f"decoder {name} of an exported model has no option {option!r}")
        rule, kind, holds = RULES[option]
        if not (isinstance(value, kind) and holds(value)):
            raise UserError(f"{option} must be {rule}, not {value!r}")
    return {**OPTIONS, **DECODERS[name], **given}


def need_int32(name: str, value: Any, *, low: int = -INT32_MAX - 1) -> None:
    """Raises UserError for what is no integer from `low` to 2,147,483,647."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or not low <= int(value) <= INT32_MAX:
        raise UserError(f"{name} must be an integer from {low} to {INT32_MAX}, not {value!r}")
