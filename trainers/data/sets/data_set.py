"""The description of a published data set, and the registry of data sets."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ....layers.plain.registry import Registry
from ...evaluation.metrics import directions_of
from ...objectives import OBJECTIVES, default_objective


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """The settings that `--task NAME` makes for files in the format in which a set is published.

    Attributes:
        task: the task that is trained on it.
        reader: the reader of its files.
        metric: the metric reported for it in the literature; several are separated by commas, the main one first.
        columns: column -> its name in the files; several possible names are separated by `|`.
        labels: the labels, in order; None for those of the training data.
        label_names: label in the files -> the name to use instead.
        drop_labels: labels whose records are skipped and counted.
        objective: the objective, if it is not the task's default.
        objectives: objectives of other tasks that can be trained on it: task -> objective.
        reader_options: options of the reader.
        url: URL of its description.

    Example:
        >>> DATA_SETS["sst2"].columns
        {'text': 'sentence'}
    """

    task: str
    reader: str
    metric: str
    columns: Mapping[str, str] = field(default_factory=dict)
    labels: Sequence[str] | None = None
    label_names: Mapping[str, str] = field(default_factory=dict)
    drop_labels: Sequence[str] = ()
    objective: str | None = None
    objectives: Mapping[str, str] = field(default_factory=dict)
    reader_options: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""

    def facts(self) -> dict[str, str]:
        """The facts that `langzoo list` and `langzoo describe` show about it."""
        return {
            "task": self.task,
            "reader": self.reader,
            "metric": self.metric,
            "columns": " ".join(f"{name}={own}" for name, own in self.columns.items()),
            "labels": ", ".join(self.labels or ()),
        }

    def for_task(self, task: str | None) -> "DataSet":
        """Returns the set for models of a task, with the objective from `objectives` if the task is there."""
        if task is None or task not in self.objectives:
            return self
        return dataclasses.replace(self, task=task, objective=self.objectives[task])

    def metrics_of(self, objective: str) -> list[str]:
        """Those of its metrics that apply to models of an objective."""
        kind = OBJECTIVES[objective]
        known = {*directions_of(kind.predicts), *kind.metrics}
        return [name for name in self.metric.replace(" ", "").split(",") if name in known]

    def settings(self, name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a training on it, including those of the user.

        Args:
            name: the name of the set.
            asked: dotted keys of `TrainingConfig`; they take precedence. With another reader, the set's columns and
                options do not apply; columns given alone replace the set's columns of those names.
        """
        own: dict[str, Any] = {
            "data.set": name,
            "data.reader": self.reader,
            "data.reader_options": dict(self.reader_options),
            "data.columns": dict(self.columns),
            "data.label_names": dict(self.label_names),
            "data.drop_labels": list(self.drop_labels),
            "data.labels": None if self.labels is None else list(self.labels),
        }
        if self.objective is not None:
            own["objective.name"] = self.objective
        learnt = asked.get("objective.name") or self.objective or default_objective(self.task)
        if learnt is not None and (metrics := self.metrics_of(learnt)):
            own |= {"metrics": metrics, "monitor": metrics[0]}
        if asked.get("data.reader", self.reader) != self.reader:
            own |= {"data.reader_options": {}, "data.columns": {}}
        settings = {**own, **asked}
        for key in ("data.columns", "data.reader_options"):
            if isinstance(asked.get(key), dict):
                settings[key] = {**own[key], **asked[key]}
        return settings


DATA_SETS: "Registry[DataSet]" = Registry("data_set", own_package=__package__ or "")
"""Name -> description; other packages add theirs with the entry-point group `langzoo.data_set`."""


def register_data_set(name: str) -> Callable[[Callable[[], DataSet]], Callable[[], DataSet]]:
    """Decorator that registers a function without arguments that returns a `DataSet` for `--task NAME`.

    Args:
        name: lower-case letters, digits, `_`.

    Raises:
        ValueError: an invalid name, no docstring, or a taken name (both places are named).
    """

    def decorate(make: Callable[[], DataSet]) -> Callable[[], DataSet]:
        DATA_SETS.add(name, make(), source=make)
        return make

    return decorate
