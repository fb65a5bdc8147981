"""Predicting the label of a text."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, PositiveFloat

from ...zoo.objective import Objective
from ...zoo.objective_config import ObjectiveConfig
from .register_objective import register_objective

PROBLEM = "single_label_classification"


def read_class_weights(value):
    """Parses class weights as given by the user: "balanced", or "good=2,bad=1", or a mapping of label to number."""
    if not isinstance(value, str) or value == "balanced":
        return value
    pairs = [part.rpartition("=") for part in value.split(",")]
    try:
        return {label.strip(): float(weight) for label, _, weight in pairs}
    except ValueError:
        raise ValueError(f"must be balanced, or label=weight,label=weight, not {value[:60]!r}") from None


ClassWeights = Annotated[dict[str, PositiveFloat] | str | None, BeforeValidator(read_class_weights)]


@register_objective("label")
class Label(Objective):
    """Cross-entropy of each text's label, in nats per text; also reports the accuracy.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `TextSource`, with one label per text.

    Example:
        >>> model.compile("adam", objective=Label())
        >>> model.fit(dataset)
    """

    tasks = ("text_classifier", "relation_classifier")
    is_default = True
    target = "labels"
    labels_are = "one"
    problem_type = PROBLEM
    shares: ClassVar = {"label": 1.0}
    metrics: ClassVar = {"accuracy": "max"}
    observed = ("references", "predictions")
    predicts = "label"

    class Config(ObjectiveConfig):
        """The settings of `Label`.

        label_smoothing: share of each label's probability that is spread over all labels (Szegedy et al. 2016).
        class_weights: weight of each label's texts in the training loss, "balanced" or "good=2,bad=1"; labels
            that are not named have weight 1. Not used in validation.
        """

        label_smoothing: float = Field(default=0.0, ge=0, lt=1)
        class_weights: ClassWeights = None

    def weights(self, batch):
        """See `Objective.weights`: the loss uses class weights, the accuracy does not."""
        return {"label": batch["weights"] * label_weights(batch), "accuracy": batch["weights"]}

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        log_probabilities = tf.nn.log_softmax(logits_of(model, batch, training))  # (B, C)
        of_label = -tf.gather(log_probabilities, batch["labels"], batch_dims=1)
        smoothing = self.settings.label_smoothing
        losses = (1 - smoothing) * of_label - smoothing * tf.reduce_mean(log_probabilities, axis=-1)
        found = tf.argmax(log_probabilities, axis=-1, output_type=tf.int32) == batch["labels"]
        observed = {"references": batch["labels"], "predictions": tf.exp(log_probabilities)}
        return {"label": losses, "accuracy": tf.cast(found, tf.float32), **observed}, {}

    def check(self, model):
        """Raises `UserError` if the labels are not mutually exclusive."""
        check_problem_type(self, model)


def logits_of(model, batch, training):
    """The logits of a text classifier for a batch, (B, C)."""
    optional = {name: batch.get(name) for name in ("padding_mask", "segment_ids")}
    return model({"token_ids": batch["token_ids"], **optional}, training=training)["logits"]


def label_weights(batch):
    """The weights of the labels; 1 for batches without any."""
    return batch.get("label_weights", 1.0)


def check_problem_type(objective, model):
    """Raises `UserError` if a model's logits have another meaning than the objective's."""
    from ...layers.plain.errors import UserError

    if model.problem_type != objective.problem_type:
        raise UserError(
            f"the objective {objective.settings.name or 'label'} is for models of {objective.problem_type}; this one "
            f"is of {model.problem_type}: choose another with --set objective.name"
        )
