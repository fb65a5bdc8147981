"""Telling the label of a text."""

from typing import ClassVar

from pydantic import Field

from ...zoo.objective import Objective
from ...zoo.objective_config import ObjectiveConfig
from .register_objective import register_objective


@register_objective("label")
class Label(Objective):
    """Cross-entropy of each text's label, in nats per text, beside the share of texts whose label is found.

    Args:
        **kwargs: of `Objective`; the settings are those of `Config`.

    Batches are those of a `TextSource`.

    Example:
        >>> model.compile("adam", objective=Label())
        >>> model.fit(dataset)
    """

    tasks = ("text_classifier",)
    is_default = True
    target = "labels"
    shares: ClassVar = {"label": 1.0}
    metrics: ClassVar = {"accuracy": "max"}

    class Config(ObjectiveConfig):
        """The settings of `Label`.

        label_smoothing: share of each label's probability that is spread over all labels (Szegedy et al. 2016).
        """

        label_smoothing: float = Field(default=0.0, ge=0, lt=1)

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        optional = {name: batch.get(name) for name in ("padding_mask", "segment_ids")}
        inputs = {"token_ids": batch["token_ids"], **optional}
        log_probabilities = tf.nn.log_softmax(model(inputs, training=training)["logits"])  # (B, C)
        of_label = -tf.gather(log_probabilities, batch["labels"], batch_dims=1)
        smoothing = self.settings.label_smoothing
        losses = (1 - smoothing) * of_label - smoothing * tf.reduce_mean(log_probabilities, axis=-1)
        found = tf.argmax(log_probabilities, axis=-1, output_type=tf.int32) == batch["labels"]
        return {"label": losses, "accuracy": tf.cast(found, tf.float32)}, {}

    def check(self, model):
        """`UserError` where the labels exclude one another not."""
        from ...layers.plain.errors import UserError

        if model.problem_type != "single_label_classification":
            raise UserError(f"{model.name} is for {model.problem_type}; the objective label trains a single label")
