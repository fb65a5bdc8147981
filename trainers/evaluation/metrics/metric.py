"""The base of metrics, and their registry."""

import abc
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, TypeVar

from ....layers.plain.registry import Registry
from ..predictions import Predictions

NOTHING: Any = 0.0  # what scikit-learn gives for 0 / 0; its annotations know a string alone

Decorated = TypeVar("Decorated", bound="type[Metric]")


class Metric(abc.ABC):
    """What is computed from all predictions of an evaluation set at once, and is no mean over batches.

    Attributes:
        kinds: of predictions that it is computed from, see `Predictions`.
        reports: name of each figure that it gives -> whether the lowest or the highest is the best.
        is_default: whether an evaluation of those kinds gives it unasked.
        undefined: when a figure is not defined, and NaN therefore; completes "is not defined ...".

    Example:
        >>> METRICS["matthews"]().compute(predictions)
        {'matthews': 0.52}
    """

    kinds: ClassVar[tuple[str, ...]] = ()
    reports: ClassVar[Mapping[str, Literal["min", "max"]]] = {}
    is_default: ClassVar[bool] = False
    undefined: ClassVar[str] = "for these predictions"

    @classmethod
    def facts(cls) -> dict[str, str]:
        """What `langzoo list` and `langzoo describe` show of it."""
        figures = ", ".join(f"{name} ({best})" for name, best in cls.reports.items())
        return {"computed from": ", ".join(cls.kinds), "figures": figures}

    def misfit(self, labels: Sequence[str]) -> str | None:
        """Why it is not for a model of these labels; completes "it ..."; None where it is."""
        del labels

    @abc.abstractmethod
    def compute(self, predictions: Predictions) -> dict[str, float]:
        """Its figures, NaN where they are not defined.

        Args:
            predictions: of one of its kinds; at least one example.
        """


METRICS: "Registry[type[Metric]]" = Registry("metric", own_package=__package__ or "")
"""Name -> class; other packages bring theirs by the entry-point group `langzoo.metric`."""


def register_metric(name: str) -> Callable[[Decorated], Decorated]:
    """Class decorator: makes `--metric` and `monitor` know a metric.

    Args:
        name: lower-case letters, digits, `_`; mostly that of its figure.

    Raises:
        ValueError: a bad name, no docstring, or a taken name (both places are named).
    """
    return METRICS.register(name)


def numbers(**figures: Any) -> dict[str, float]:
    """Figures as Python's own numbers."""
    return {name: float(value) for name, value in figures.items()}
