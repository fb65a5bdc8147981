"""Validated reading of published configurations, key by key."""

import math
import reprlib
import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ..import_remark import ImportRemark

REQUIRED = object()
"""The default of a required key."""
_MAX_NAMED = 12  # in one line


class ForeignKeys:
    """Reads and checks the keys of a foreign configuration, and reports unread ones.

    A key whose value is null counts as omitted, as it does for the writers of such files.

    Args:
        values: key -> JSON value.
        source: its name in messages, e.g. `"config.json"`.

    Raises:
        UserError: it is not an object; and, from every method, a missing key or an invalid value, in one line.

    Example:
        >>> keys = ForeignKeys({"hidden_size": 8, "hidden_act": "gelu_new"}, source="config.json")
        >>> keys.integer("hidden_size"), keys.choice("hidden_act", {"gelu_new": "gelu_approximate"})
        (8, 'gelu_approximate')
        >>> keys.finish()
    """

    def __init__(self, values: Mapping[str, Any], *, source: str):
        if not isinstance(values, Mapping):
            raise UserError(f"{source} must hold an object of keys and values, not {shown(values)}")
        self.source = source
        self._values = values
        self._read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        """The unchecked value; `default` if it is missing or null."""
        self._read.add(key)
        value = self._values.get(key)
        if value is None:
            if default is REQUIRED:
                raise UserError(f"{self.source}: {key} is missing")
            return default
        return value

    def integer(self, key: str, default: Any = REQUIRED) -> Any:
        """A whole number of at least 1."""
        value = self.get(key, default)
        if value is not default and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise self.refusal(key, "a whole number of at least 1")
        return value

    def number(self, key: str, default: Any = REQUIRED) -> Any:
        """A finite number of at least 0, as a float."""
        value = self.get(key, default)
        if value is default:
            return value
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < math.inf:
            raise self.refusal(key, "a number of at least 0")
        return float(value)

    def flag(self, key: str, default: Any = REQUIRED) -> Any:
        """True or false."""
        value = self.get(key, default)
        if value is not default and not isinstance(value, bool):
            raise self.refusal(key, "true or false")
        return value

    def choice(self, key: str, choices: Mapping[str, Any], default: Any = REQUIRED) -> Any:
        """The meaning of one of several words; `default` is one of the words."""
        value = self.get(key, default)
        if not isinstance(value, str) or value not in choices:
            raise self.refusal(key, _either(choices))
        return choices[value]

    def only(self, key: str, *accepted: Any) -> None:
        """Refuses all values but these; the key may be missing."""
        value = self.get(key)
        if value is not None and not any(type(value) is type(other) and value == other for other in accepted):
            raise self.refusal(key, _either(accepted))

    def refusal(self, key: str, supported: str) -> UserError:
        """The error that names the unsupported value, and the supported ones."""
        return UserError(f"{self.source}: {key} is {shown(self._values.get(key))}; supported: {supported}")

    def finish(self) -> None:
        """Refuses a key that was not read."""
        for key, value in self.unread().items():
            named = unknown_name_message("key", key, self._read)
            raise UserError(f"{self.source}: {named}; its value is {shown(value)}")

    def remark(self, unknown: Sequence[str]) -> None:
        """Reports unread keys in one `ImportRemark`."""
        named = [f"{shown(key)[1:-1]} ({shown(self._values[key])})" for key in unknown[:_MAX_NAMED]]
        more = f" and {len(unknown) - _MAX_NAMED} more" if len(unknown) > _MAX_NAMED else ""
        warnings.warn(
            ImportRemark(f"{self.source}: keys that this version does not know are left out: {', '.join(named)}{more}"),
            stacklevel=2,
        )

    def unread(self) -> dict[str, Any]:
        """The keys that were not read, with their values."""
        return {key: value for key, value in self._values.items() if key not in self._read}


def shown(value: Any) -> str:
    """A value of a file as one short line."""
    return " ".join(reprlib.repr(value).split())


def _either(values: Collection[Any]) -> str:
    words = list(dict.fromkeys(repr(value) for value in values))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
