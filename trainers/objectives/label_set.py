"""Predicting all labels of a text."""

from typing import ClassVar

from ...zoo.objective import Objective
from ...zoo.objective_config import ObjectiveConfig
from .label import ClassWeights, check_problem_type, label_weights, logits_of
from .register_objective import register_objective


@register_objective("label_set")
class LabelSet(Objective):
    """Binary cross-entropy of each label of each text, in nats per label; also reports the share of correct labels.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `TextSource`, with any number of labels per text. A label is correct if its probability is
    0.5 or more for a text that has it, and less for one that does not.

    Example:
        >>> model.compile("adam", objective=LabelSet())
        >>> model.fit(dataset)
    """

    tasks = ("text_classifier",)
    is_default = False
    target = "labels"
    labels_are = "several"
    item = "label"
    problem_type = "multi_label_classification"
    shares: ClassVar = {"label_set": 1.0}
    metrics: ClassVar = {"accuracy": "max", "exact_match": "max"}
    observed = ("references", "predictions")
    predicts = "label_set"

    class Config(ObjectiveConfig):
        """The settings of `LabelSet`.

        class_weights: weight of each label in the training loss, "balanced" (the texts with a label have the same total
            weight as those without it) or "red=2,green=1". Not used in validation.
        """

        class_weights: ClassWeights = None

    def weights(self, batch):
        """See `Objective.weights`: every label of every text."""
        import tensorflow as tf

        rows = tf.broadcast_to(batch["weights"][:, tf.newaxis], tf.shape(batch["labels"]))  # (B, C)
        return {"label_set": rows * label_weights(batch), "accuracy": rows, "exact_match": batch["weights"]}

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        logits, labels = logits_of(model, batch, training), batch["labels"]
        right = (logits >= 0) == (labels > 0)
        return {
            "label_set": tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits),
            "accuracy": tf.cast(right, tf.float32),
            "exact_match": tf.cast(tf.reduce_all(right, axis=-1), tf.float32),
            "references": labels,
            "predictions": tf.sigmoid(logits),
        }, {}

    def check(self, model):
        """Raises `UserError` if the model's labels are mutually exclusive, or are scores."""
        check_problem_type(self, model)
