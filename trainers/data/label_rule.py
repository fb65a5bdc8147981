"""The interpretation of the label column of a record."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ...layers.plain.did_you_mean import unknown_name_message

MOST_CHARACTERS = 1000


@dataclass(frozen=True)
class LabelRule:
    """A rule for reading labels.

    Attributes:
        kind: "one" (one label per text), "several" (any number of them) or "number" (a score).
        separator: separator between the labels of a text that has several.
        known: the allowed labels; None for any.
        names: label in the file -> the name to use instead.
        drop: labels whose records are skipped, such as `-` in OCNLI for those without a majority.

    Example:
        >>> LabelRule("several").read("red | green"), LabelRule("number").read("3.5")
        (['red', 'green'], 3.5)
    """

    kind: Literal["one", "several", "number"] = "one"
    separator: str = "|"
    known: Sequence[str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    drop: Sequence[str] = ()

    @property
    def key(self) -> list[Any]:
        """Everything that determines the label that is read, for the cache."""
        known = None if self.known is None else sorted(self.known)
        return [self.kind, self.separator, known, sorted(self.names.items()), sorted(self.drop)]

    def read(self, value: str | tuple[str, ...]) -> list[str] | float | None:
        """Reads the labels of a record, or its number; None if the record is skipped.

        Raises:
            ValueError: the label is invalid; the message is the fault, beginning with a verb.
        """
        if self.kind == "number":
            return _number(value)
        if self.kind == "several":
            parts = value.split(self.separator) if isinstance(value, str) else value
            labels = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
        elif isinstance(value, tuple):
            raise ValueError("holds a list, not one label (objective.name label_set learns several per text)")
        else:
            labels = [value.strip()]
        if any(label in self.drop for label in labels):
            return None
        labels = [self.names.get(label, label) for label in labels]
        for label in labels:
            if len(label) > MOST_CHARACTERS:
                raise ValueError(f"has over {MOST_CHARACTERS:,} characters, which cannot be a label")
            if self.known is not None and label not in self.known:
                raise ValueError(f"has the {unknown_name_message('label', label, self.known)}")
        return labels


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"has {str(value)[:40]!r}, which is not a number, as regression needs")
    return number
