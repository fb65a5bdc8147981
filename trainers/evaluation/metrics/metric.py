"""The base class of metrics, and their registry."""

import abc
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, TypeVar

from ....layers.plain.registry import Registry
from ..predictions import Predictions

NOTHING: Any = 0.0  # the value of 0 / 0 in scikit-learn, whose annotations allow only a string

Decorated = TypeVar("Decorated", bound="type[Metric]")


class Metric(abc.ABC):
    """A metric that is computed from all predictions of an evaluation at once, not as a mean over batches.

    Attributes:
        kinds: kinds of predictions that it is computed from, see `Predictions`.
        reports: name of each of its figures -> whether the lowest or the highest is the best.
        is_default: whether an evaluation of those kinds reports it by default.
        undefined: when a figure is undefined, and therefore NaN; completes "is not defined ...".

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
        """The facts that `langzoo list` and `langzoo describe` show about it."""
        figures = ", ".join(f"{name} ({best})" for name, best in cls.reports.items())
        return {"computed from": ", ".join(cls.kinds), "figures": figures}

    def misfit(self, labels: Sequence[str]) -> str | None:
        """Why it does not apply to a model of these labels; completes "it ..."; None if it does."""
        del labels

    @abc.abstractmethod
    def compute(self, predictions: Predictions) -> dict[str, float]:
        """Its figures, NaN if they are undefined.

        Args:
            predictions: predictions of one of its kinds; at least one example.
        """


METRICS: "Registry[type[Metric]]" = Registry("metric", own_package=__package__ or "")
"""Name -> class; other packages add theirs with the entry-point group `langzoo.metric`."""


def register_metric(name: str) -> Callable[[Decorated], Decorated]:
    """Class decorator that registers a metric for `--metric` and `monitor`.

    Args:
        name: lower-case letters, digits, `_`; usually the name of its figure.

    Raises:
        ValueError: an invalid name, no docstring, or a taken name (both places are named).
    """
    return METRICS.register(name)


def numbers(**figures: Any) -> dict[str, float]:
    """Converts figures to Python numbers."""
    return {name: float(value) for name, value in figures.items()}
