"""The options of `generate`: what each may be, and which decoder they ask for. Needs no TensorFlow.

A live model, its SavedModel, its `.tflite` file and the command line all ask here, so that each gives the same answer
or refuses in the same words. A graph computes in 32 bits; so real numbers are rounded to that before anything else is
done with them.
"""

import numbers
import reprlib
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from .did_you_mean import unknown_name_message
from .errors import UserError

MAX_TOKENS = 1_000_000
"""New tokens of a text, at most."""

MAX_WIDTH = 1_024
"""Hypotheses that beam search keeps of a text, at most: each has a state of its own."""

INT32_MAX = 2**31 - 1
LEAST = 2.0**-126
"""The least normal number of 32 bits; what is nearer to 0 counts as 0, as it may do in a graph."""

GREATEST = (2 - 2.0**-23) * 2.0**127
"""The greatest number of 32 bits."""

SAMPLING = ("temperature", "top_k", "top_p")
SEARCH = ("width", "length_penalty")
DECODERS: dict[str, tuple[str, ...]] = {
    "greedy": (),
    "temperature": SAMPLING,
    "top_k": SAMPLING,
    "top_p": SAMPLING,
    "beam": SEARCH,
}
"""Our decoders, and the options that each has."""

_OWN = {"top_k": {"top_k": 40}, "top_p": {"top_p": 0.9}}
_INTEGERS = {"top_k": (0, INT32_MAX), "width": (1, MAX_WIDTH)}


def decoder_options(decoder: str | None, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """One of our decoders by its name, or the one that the options ask for; and its options.

    Without a name, no options are greedy decoding, `width` or `length_penalty` beam search, and `temperature`, `top_k`
    and `top_p` sampling that heeds all three of them.

    Args:
        decoder: a name of `DECODERS`, or None.
        given: options by name; one that is None is not given.

    Returns:
        The name, and the options that were given or that the name stands for (40 of `top_k`, 0.9 of `top_p`).

    Raises:
        ValueError: the decoder is no name.
        UserError: no such decoder, an option that it does not have, or a value out of range.

    Example:
        >>> decoder_options(None, {"top_k": 3, "width": None}), decoder_options("top_p", {})
        (('temperature', {'top_k': 3}), ('top_p', {'top_p': 0.9}))
    """
    options = {name: value for name, value in given.items() if value is not None}
    name = decoder_name(decoder, options)
    if name not in DECODERS:
        raise UserError(unknown_name_message("decoder", name, DECODERS))
    for option in options:
        if option not in DECODERS[name]:
            owners = [f"{owner!r}" for owner, names in DECODERS.items() if option in names]
            only = ", ".join(DECODERS[name]) or "none at all"
            raise UserError(
                f"decoder {name!r} has no option {shown(option)}, only {only}: leave it out"
                + (f", or take decoder {' or '.join(owners)}" if owners else "")
            )
    return name, {**_OWN.get(name, {}), **{option: checked_option(option, value) for option, value in options.items()}}


def decoder_name(decoder: str | None, options: Iterable[str]) -> str:
    """The name that was given, ours or not; or of the decoder that the names of options ask for.

    Raises:
        ValueError: the decoder is no name.
        UserError: no decoder, and an option that none of ours has.
    """
    if decoder is not None:
        if not isinstance(decoder, str):
            raise ValueError(f"decoder must be a name such as 'greedy', not {shown(decoder)}")
        return decoder
    given = set(options)
    for option in given - {*SAMPLING, *SEARCH}:
        raise UserError(unknown_name_message("option of generate", option, (*SAMPLING, *SEARCH)))
    if given & set(SEARCH):
        return "beam"
    return "temperature" if given else "greedy"


def checked_option(name: str, value: Any) -> float:
    """The value of a decoder's option, as the graph computes with it.

    Raises:
        UserError: out of range, or no number.

    Example:
        >>> checked_option("temperature", 0.1), checked_option("temperature", 1e-50), checked_option("width", 4)
        (0.10000000149011612, 0.0, 4)
    """
    if name in _INTEGERS:
        return checked_integer(name, value, *_INTEGERS[name])
    number: Any = value if isinstance(value, numbers.Real) and not isinstance(value, bool) else None
    if name == "top_p":
        if number is None or not 0 < number <= 1:
            raise UserError(f"top_p must be a number above 0 and at most 1, not {shown(value)}")
        return max(_in_32_bits(number), LEAST)
    if number is None or not 0 <= number <= GREATEST:
        raise UserError(f"{name} must be a number from 0 to 3.4e38, not {shown(value)}")
    rounded = _in_32_bits(number)
    return rounded if rounded >= LEAST else 0.0


def checked_integer(name: str, value: Any, low: int, high: int = INT32_MAX) -> int:
    """The value as an int.

    Raises:
        UserError: no integer from `low` to `high`; True and False are none.
    """
    number: Any = value if isinstance(value, numbers.Integral) and not isinstance(value, bool) else None
    if number is None or not low <= number <= high:
        raise UserError(f"{name} must be an integer from {low} to {high}, not {shown(value)}")
    return int(number)


def checked_limits(*, max_tokens: Any, seed: Any, stop: Any, suppress: Any) -> tuple[list[str] | None, list[str]]:
    """The lists `stop` (None where it is) and `suppress`, once all four are known to be what they must be.

    Raises:
        UserError: `max_tokens` is no integer from 1 to 1,000,000, or `seed` none of 32 bits.
        ValueError: `stop` or `suppress` is no list of strings.
    """
    checked_integer("max_tokens", max_tokens, 1, MAX_TOKENS)
    checked_integer("seed", seed, -INT32_MAX - 1)
    return None if stop is None else _strings("stop", stop), _strings("suppress", suppress)


def shown(value: Any) -> str:
    """A value in a message: in one short line, whatever it is.

    Example:
        >>> shown("a" * 100), shown(10**5000)
        ("'aaaaaaaaaaaa...aaaaaaaaaaaaa'", 'an integer of 16610 bits')
    """
    try:
        return " ".join(reprlib.repr(value).split())
    except ValueError:  # Python writes no integer of more than 4,300 digits
        return f"an integer of {value.bit_length()} bits" if isinstance(value, int) else f"a {type(value).__name__}"


def _in_32_bits(value: Any) -> float:
    return struct.unpack("f", struct.pack("f", float(value)))[0]


def _strings(name: str, values: Any) -> list[str]:
    texts = None if isinstance(values, str | bytes) or not isinstance(values, Iterable) else list(values)
    if texts is None or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} must be a list of strings, not {shown(values)}")
    return texts
