"""`--set key=value`."""

import json
from collections.abc import Iterable
from typing import Any

from ..layers.plain.errors import UserError
from .text_arguments import check_unicode


def parse_settings(settings: Iterable[str], *, flag: str = "--set", example: str = "seed=7") -> dict[str, Any]:
    """Parses the keys and values of `--set` options.

    Args:
        settings: Strings `key=value`; a value that is JSON is read as JSON (`3`, `1e-3`, `true`, `null`, `[1, 2]`,
            `"3"`), any other is a string. White space around both is removed.
        flag: Name of the option.
        example: A setting, for messages.

    Returns:
        Key -> value; if a key is given twice, the last one counts.

    Raises:
        UserError: There is no `=`, nothing before it, or a string that is not Unicode.

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
        # NaN and Infinity are not JSON; Python's reader accepts them by default.
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return text
    return check_unicode(name, found) if isinstance(found, str) else found


def _no_constant(name: str) -> Any:
    raise ValueError(name)
