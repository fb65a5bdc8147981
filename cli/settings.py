"""`--set key=value`."""

import json
from collections.abc import Iterable
from typing import Any

from ..layers.plain.errors import UserError
from .text_arguments import check_unicode


def parse_settings(settings: Iterable[str], *, flag: str = "--set", example: str = "seed=7") -> dict[str, Any]:
    """Keys and values of `--set` options.

    Args:
        settings: each `key=value`; a value that is JSON is read as JSON (`3`, `1e-3`, `true`, `null`, `[1, 2]`,
            `"3"`), any other is a string. White space around both is dropped.
        flag: what the option is called.
        example: a setting, for messages.

    Returns:
        Key -> value; of a key that is given twice the last one counts.

    Raises:
        UserError: no `=`, nothing before it, or a string that is not Unicode.

    Example:
        >>> parse_settings(["seed=7", "optimizer.name=sgd", "optimizer.learning_rate=3e-4"])
        {'seed': 7, 'optimizer.name': 'sgd', 'optimizer.learning_rate': 0.0003}
    """
    parsed = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key.strip():
            raise UserError(f"{flag} {setting!r}: write it as key=value, e.g. {flag} {example}")
        parsed[key.strip()] = _value(value.strip(), f"{flag} {key.strip()}")
    return parsed


def _value(text: str, name: str) -> Any:
    try:
        # NaN and Infinity are no JSON; Python's reader takes them unless told otherwise.
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return text
    return check_unicode(name, found) if isinstance(found, str) else found


def _no_constant(name: str) -> Any:
    raise ValueError(name)
