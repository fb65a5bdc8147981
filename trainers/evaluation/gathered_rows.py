"""Values observed for the rows of batches, in the order of the files."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..data.batch_source import BatchSource


class GatheredRows:
    """Puts the values that an objective observes, batch by batch, into the order of the rows in the files.

    Args:
        source: the source of the batches, which knows the rows in them.

    Example:
        >>> rows = GatheredRows(source)
        >>> for step, batch in enumerate(source.dataset()):
        ...     rows.add(step, {"predictions": batch["labels"]})
        >>> len(rows.in_order()["predictions"])
        40
    """

    def __init__(self, source: BatchSource):
        self._source = source
        self._found: dict[str, dict[int, np.ndarray]] = {}

    def add(self, step: int, observed: Mapping[str, Any]) -> None:
        """Adds the values of a step's batch, with an axis of rows first; padding rows are ignored."""
        if not observed:
            return
        examples = self._source.examples(step)
        for name, values in observed.items():
            kept = self._found.setdefault(name, {})
            for example, row in zip(examples.tolist(), np.asarray(values), strict=False):
                kept[example] = row

    def in_order(self) -> dict[str, list[np.ndarray]]:
        """For each name, the values of all rows."""
        return {name: [rows[number] for number in sorted(rows)] for name, rows in self._found.items()}
