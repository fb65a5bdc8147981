"""Predictions for an evaluation set. Importing this loads no TensorFlow."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

KINDS = {
    "label": "references int (N,), places among the labels; predictions float (N, C), their probabilities",
    "label_set": "references (N, C), 1 for the labels of a text; predictions float (N, C), their probabilities",
    "score": "references and predictions float (N,)",
    "tags": "references and predictions: for each text a list of tags",
    "answers": "references: for each question a list of the correct answers; predictions: `FoundAnswer`s",
    "texts": "references and predictions: one text each",
    "hidden_tokens": "references: for each text a list of its tokens; predictions: of log p of each, given all others",
    "latent": "references int (N,), tokens of each sentence; predictions float (N, Z), the means of q(z | sentence)",
    "ranking": "references: for each query document -> relevance; predictions: document -> score",
}


@dataclass(frozen=True)
class Predictions:
    """The predictions of a model for each example, in the order of the files, with the references.

    Attributes:
        kind: one of `KINDS`, which determines the form of the next two.
        references: the correct values.
        predictions: the predicted values, of the same number.
        labels: names of the labels or tags, in the model's order.

    Example:
        >>> found = Predictions("label", np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]), ("bad", "good"))
        >>> found.best.tolist()
        [0, 0]
    """

    kind: str
    references: Any
    predictions: Any
    labels: tuple[str, ...] = ()

    def __len__(self) -> int:
        """The number of examples, N."""
        return len(self.references)

    @functools.cached_property
    def best(self) -> np.ndarray:
        """The likeliest label of each example, int (N,); for label sets bool (N, C), those of 0.5 or more."""
        return self.predictions >= 0.5 if self.kind == "label_set" else self.predictions.argmax(axis=-1)

    @classmethod
    def joined(cls, parts: "Sequence[Predictions]") -> "Predictions":
        """Joins the predictions for several parts of a set."""
        first = parts[0]
        columns = ([getattr(part, name) for part in parts] for name in ("references", "predictions"))
        references, predictions = (
            np.concatenate(each) if isinstance(each[0], np.ndarray) else [row for part in each for row in part]
            for each in columns
        )
        return cls(first.kind, references, predictions, first.labels)

    def taken(self, places: Sequence[int] | np.ndarray) -> "Predictions":
        """Returns some of the examples, by their indices; repetitions are allowed."""
        return Predictions(self.kind, _taken(self.references, places), _taken(self.predictions, places), self.labels)


def _taken(values: Any, places: Any) -> Any:
    return values[places] if isinstance(values, np.ndarray) else [values[place] for place in places]
