"""Predicting a number for a text."""

from typing import ClassVar

from ...zoo.objective import Objective
from .label import check_problem_type, logits_of
from .register_objective import register_objective


@register_objective("score")
class Score(Objective):
    """Squared error of each text's number; also reports the mean absolute error.

    Args:
        **kwargs: arguments of `Objective`.

    Batches are those of a `TextSource`, with one number per text.

    Example:
        >>> model.compile("adam", objective=Score())
        >>> model.fit(dataset)
    """

    tasks = ("text_classifier",)
    is_default = False
    target = "labels"
    labels_are = "number"
    problem_type = "regression"
    unit = "squared error"
    shares: ClassVar = {"score": 1.0}
    metrics: ClassVar = {"absolute_error": "min"}
    observed = ("references", "predictions")
    predicts = "score"

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        scores = logits_of(model, batch, training)[:, 0]
        if model.activation == "sigmoid":
            scores = tf.sigmoid(scores)
        difference = scores - batch["labels"]
        observed = {"references": batch["labels"], "predictions": scores}
        return {"score": difference**2, "absolute_error": tf.abs(difference), **observed}, {}

    def check(self, model):
        """Raises `UserError` if the model predicts labels, or several numbers."""
        from ...layers.plain.errors import UserError

        check_problem_type(self, model)
        if len(model.labels) != 1:
            raise UserError(f"the objective score is for one number per text; the model has {len(model.labels)}")
