"""The training of text classifiers."""

from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from ..data.label_rule import LabelRule
from ..data.labelled_corpus import LabelledCorpus
from ..data.labelled_records import records_with_labels
from ..data.text_source import TextSource
from ..evaluation.predictions import Predictions
from ..objectives import OBJECTIVES
from ..training_config import TrainingConfig
from .register_task_training import register_task_training
from .task_training import TaskTraining

NUMBER = "score"  # the one label of a regression


@register_task_training("text_classifier")
class ClassificationTraining(TaskTraining):
    """Texts, optionally with second texts, each with a label, several labels or a number; the loss is per label."""

    item = "text"
    reports_bits_per_byte = False
    example = 'classify(["the cat sat"])'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`; labels that the model does not have, or that were not requested, are invalid."""
        return LabelledCorpus.from_files(
            paths, self.tokenizer, cache=cache, reader=self._reader(), rule=self._rule(), progress=progress
        )

    def records(self, paths):
        """See `TaskTraining`."""
        return (record for record, _ in records_with_labels(self._reader(), self._rule(), paths, {}))

    def answered(self, answer, records):
        """See `TaskTraining`."""
        texts, pairs = ([record.values.get(name) for record in records] for name in ("text", "pair"))
        found = answer(texts, None if None in pairs else pairs)
        labels, rule = self.options["labels"], self._rule()
        given: list[Any] = [rule.read(record.values["label"]) for record in records]
        if self.predicts == "score":
            numbers = np.array([each["score"] for each in found], np.float32)
            return Predictions("score", np.array(given, np.float32), numbers, tuple(labels)), {}
        shares = np.array([[each["probabilities"][label] for label in labels] for each in found], np.float32)
        if self.predicts == "label_set":
            right = np.array([[label in names for label in labels] for names in given], np.int32)
        else:
            right = np.array([labels.index(name) for (name,) in given], np.int32)
        return Predictions(self.predicts, right, shares, tuple(labels)), {}

    def options_from(self, corpus):
        """The labels, in order, and the problem type."""
        kind = self._objective_class()
        if kind.labels_are == "number":
            return self.options_before_data()
        if kind.labels_are == "one" and len(corpus.names) < 2:
            raise UserError(
                f"--data has only one label, {corpus.names[0]!r}: a classifier needs texts with two or more labels"
            )
        return {"labels": list(corpus.labels), **self.options_before_data()}

    def options_before_data(self):
        """See `TaskTraining`."""
        kind = self._objective_class()
        labels = [NUMBER] if kind.labels_are == "number" else self.training.data.labels
        return {**({"labels": list(labels)} if labels else {}), "problem_type": kind.problem_type}

    def vocabulary_texts(self, paths):
        """Both texts of every record, one per line."""
        records = self._reader().records(paths)
        return (f"{record.values[name]}\n" for record in records for name in ("text", "pair") if name in record.values)

    def source(self, corpus):
        """See `TaskTraining`."""
        weights = getattr(self._objective, "class_weights", None)
        return self._source(corpus, class_weights=weights, **self.training_rows())

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """Every text once, truncated to the model's positions; class weights are not applied."""
        return self._source(corpus, **self.evaluation_rows(batch_size, multiple_of))

    def _source(self, corpus, **given: Any) -> TextSource:
        kind = self._objective_class().labels_are
        return TextSource(corpus, self.tokenizer, labels=self.options["labels"], kind=kind, **given)

    @property
    def settled(self) -> TrainingConfig:
        """See `TaskTraining`; if no objective is named, that of the model's problem type."""
        named, problem = self.training.objective.name, self.options.get("problem_type")
        if problem is not None and (not named or self.task not in OBJECTIVES[named].tasks):
            for name, kind in OBJECTIVES.own().items():
                if getattr(kind, "problem_type", None) == problem:
                    return self.training.with_settings({"objective.name": name})
        return super().settled

    @property
    def _objective(self) -> Any:
        """The settings of the objective."""
        return self.settled.objective

    def _objective_class(self) -> Any:
        """The objective, which defines the labels; by default, one from outside has one label per text."""
        own = OBJECTIVES[self._objective.name]
        return own if hasattr(own, "labels_are") else OBJECTIVES["label"]

    def _reader(self):
        may_be_empty = ["label"] if self._objective_class().labels_are == "several" else []
        return self.reader(["text", "label"], optional=["pair"], may_be_empty=may_be_empty, default="tsv")

    def _rule(self) -> LabelRule:
        data, kind = self.training.data, self._objective_class().labels_are
        own = self.options.get("labels")
        if own and data.labels and (strange := [label for label in data.labels if label not in own]):
            raise UserError(f"--labels {strange[0]}: it is not one of the model's labels, {', '.join(own)}")
        known = None if kind == "number" else data.labels or own
        return LabelRule(kind, data.label_separator, known, data.label_names, data.drop_labels)
