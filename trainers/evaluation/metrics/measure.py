"""Computation of metrics by name. Importing this loads no TensorFlow."""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import numpy as np

from ....layers.plain.did_you_mean import unknown_name_message
from ....layers.plain.errors import UserError
from ..predictions import Predictions
from .metric import METRICS, Metric

COVERAGE = 95.0  # percent of a bootstrap interval
HINT = "langzoo list --kind metric"


def directions_of(kind: str) -> dict[str, Literal["min", "max"]]:
    """Every figure for a kind of predictions -> whether the lowest or the highest is the best.

    Example:
        >>> directions_of("score")["spearman"]
        'max'
    """
    return {name: best for metric in _metrics_of(kind).values() for name, best in metric.reports.items()}


def check_metrics(asked: Iterable[str], kind: str, *, labels: Sequence[str] | None = None) -> None:
    """Checks that metrics can be computed, by their names or those of their figures.

    Args:
        asked: the names.
        kind: kind of the predictions; "" if the model has none.
        labels: labels of the model; None before they are known.

    Raises:
        UserError: an unknown name, a metric of other predictions, or one that does not apply to these labels.
    """
    for name in asked:
        metric = _found(name, kind)
        misfit = None if labels is None else metric.misfit(labels)
        if misfit:
            raise UserError(f"--metric {name}: it {misfit}")


def measure(predictions: Predictions, asked: Iterable[str] = ()) -> dict[str, float]:
    """Computes the requested metrics, and after them the default ones.

    Args:
        predictions: predictions for a whole set.
        asked: names of metrics or of their figures.

    Returns:
        Figure -> value, NaN if undefined.

    Raises:
        UserError: see `check_metrics`.

    Example:
        >>> measure(Predictions("score", np.array([1.0, 2.0]), np.array([1.0, 3.0])))["absolute_error"]
        0.5
    """
    figures: dict[str, float] = {}
    for metric in _chosen(predictions, asked):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # Undefined figures are NaN, which is reported.
            figures |= metric.compute(predictions)
    return figures


def why_undefined(figure: str, kind: str) -> str:
    """The reason why a figure for a kind of predictions may be NaN; completes "is not defined ..."."""
    return next((metric.undefined for metric in _metrics_of(kind).values() if figure in metric.reports), "")


def bootstrap_intervals(
    predictions: Predictions,
    asked: Iterable[str] = (),
    *,
    samples: int,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> dict[str, tuple[float, float]]:
    """Computes 95 % intervals of the figures by the percentile bootstrap: examples are resampled with replacement.

    Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.

    Args:
        predictions, asked: see `measure`.
        samples: number of resampled sets, at least 2.
        seed: seed of the resampling.
        progress: called with the number of sets done.

    Returns:
        Figure -> lower and upper end; NaN if no resampled set defines the figure.
    """
    draw, found = np.random.default_rng(seed), []
    asked = list(asked)
    for done in range(1, samples + 1):
        found.append(measure(predictions.taken(draw.integers(len(predictions), size=len(predictions))), asked))
        if progress is not None:
            progress(done)
    ends = (50 - COVERAGE / 2, 50 + COVERAGE / 2)
    intervals = {}
    for name in found[0]:
        values = np.array([each[name] for each in found])
        values = values[~np.isnan(values)]
        low, high = np.percentile(values, ends) if len(values) else (np.nan, np.nan)
        intervals[name] = float(low), float(high)
    return intervals


def _metrics_of(kind: str) -> Mapping[str, type[Metric]]:
    return {entry.name: entry.value for entry in METRICS.entries() if kind in entry.value.kinds}


def _found(name: str, kind: str) -> Metric:
    known = _metrics_of(kind)
    own = known.get(name) or next((metric for metric in known.values() if name in metric.reports), None)
    if own is not None:
        return own()
    if not known:
        raise UserError(f"--metric {name}: models of this kind are measured only by their loss: leave it out")
    elsewhere = METRICS.find(name)
    if elsewhere is not None:
        kinds = " or ".join(elsewhere.value.kinds)
        raise UserError(f"--metric {name} is computed from predictions of {kinds}, not of {kind}: {', '.join(known)}")
    raise UserError(f"--metric: {unknown_name_message('metric', name, known, hint=HINT)}")


def _chosen(predictions: Predictions, asked: Iterable[str]) -> list[Metric]:
    """Each metric once: the requested ones, in order, and the default ones that fit the labels."""
    asked = list(asked)
    check_metrics(asked, predictions.kind, labels=predictions.labels)
    chosen = [_found(name, predictions.kind) for name in asked]
    unasked = [metric() for metric in _metrics_of(predictions.kind).values() if metric.is_default]
    chosen += [metric for metric in unasked if metric.misfit(predictions.labels) is None]
    return list({type(metric): metric for metric in chosen}.values())
