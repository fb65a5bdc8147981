"""What the label column of a record means."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ...layers.plain.did_you_mean import unknown_name_message

MOST_CHARACTERS = 1000


@dataclass(frozen=True)
class LabelRule:
    """How labels are read.

    Attributes:
        kind: "one" (a label per text), "several" (any number of them) or "number" (a score).
        separator: between the labels of a text that has several.
        known: the labels that there may be; None for any.
        names: label of the file -> what it is called instead.
        drop: labels whose records are left out, such as `-` of those without a majority in OCNLI.

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
        """All that decides what it makes of a label, for the cache."""
        known = None if self.known is None else sorted(self.known)
        return [self.kind, self.separator, known, sorted(self.names.items()), sorted(self.drop)]

    def read(self, value: str | tuple[str, ...]) -> list[str] | float | None:
        """The labels of a record, or its number; None for one that is left out.

        Raises:
            ValueError: it is none; the message is the fault, beginning with a verb.
        """
        if self.kind == "number":
            return _number(value)
        if self.kind == "several":
            parts = value.split(self.separator) if isinstance(value, str) else value
            labels = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
        elif isinstance(value, tuple):
            raise ValueError("holds a list, not one label (objective.name label_set learns several of a text)")
        else:
            labels = [value.strip()]
        if any(label in self.drop for label in labels):
            return None
        labels = [self.names.get(label, label) for label in labels]
        for label in labels:
            if len(label) > MOST_CHARACTERS:
                raise ValueError(f"has over {MOST_CHARACTERS:,} characters, which is no label")
            if self.known is not None and label not in self.known:
                raise ValueError(f"has the {unknown_name_message('label', label, self.known)}")
        return labels


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"has {str(value)[:40]!r}, which is no number, as regression needs")
    return number
