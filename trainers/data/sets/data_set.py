"""The description of a published data set, and the registry of all."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ....layers.plain.registry import Registry
from ...evaluation.metrics import directions_of
from ...objectives import OBJECTIVES, default_objective


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """What `--task NAME` says of files in the form in which a set is published.

    Attributes:
        task: the task that learns from it.
        reader: what reads its files.
        metric: what is reported of it in the literature; several separated by a comma, the first is what counts.
        columns: column -> what the files call it; several possible names are separated by `|`.
        labels: in their order; None for those of the training data.
        label_names: label of the files -> what it is called instead.
        drop_labels: labels whose records are left out and counted.
        objective: what is learnt, where it is not the task's own.
        objectives: of other tasks that learn from it as well: task -> objective.
        reader_options: of the reader.
        url: where it is described.

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
        """What `langzoo list` and `langzoo describe` show of it."""
        return {
            "task": self.task,
            "reader": self.reader,
            "metric": self.metric,
            "columns": " ".join(f"{name}={own}" for name, own in self.columns.items()),
            "labels": ", ".join(self.labels or ()),
        }

    def for_task(self, task: str | None) -> "DataSet":
        """Itself as models of a task learn from it, where theirs is one of `objectives`."""
        if task is None or task not in self.objectives:
            return self
        return dataclasses.replace(self, task=task, objective=self.objectives[task])

    def metrics_of(self, objective: str) -> list[str]:
        """Those of its metrics that a model of an objective is measured by."""
        kind = OBJECTIVES[objective]
        known = {*directions_of(kind.predicts), *kind.metrics}
        return [name for name in self.metric.replace(" ", "").split(",") if name in known]

    def settings(self, name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a training on it, what the user asked for included.

        Args:
            name: of the set.
            asked: dotted keys of `TrainingConfig`; they go first. Another reader's columns and options are not the
                set's; some columns alone replace the set's of those names.
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
"""Name -> description; other packages bring theirs by the entry-point group `langzoo.data_set`."""


def register_data_set(name: str) -> Callable[[Callable[[], DataSet]], Callable[[], DataSet]]:
    """Decorator of a function without arguments that returns a `DataSet`: `--task NAME` knows it.

    Args:
        name: lower-case letters, digits, `_`.

    Raises:
        ValueError: a bad name, no docstring, or a taken name (both places are named).
    """

    def decorate(make: Callable[[], DataSet]) -> Callable[[], DataSet]:
        DATA_SETS.add(name, make(), source=make)
        return make

    return decorate
