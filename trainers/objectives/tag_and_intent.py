"""Predicting the tag of every word and the intent of every text."""

from typing import ClassVar

from .register_objective import register_objective
from .tag import Tag


@register_objective("tag_and_intent")
class TagAndIntent(Tag):
    """The sum of both cross-entropies, that of tags per word and that of intents per text (Chen et al. 2019).

    Args:
        **kwargs: arguments of `Objective`.

    Batches are those of a `TaggedSource` with intents.

    Example:
        >>> model.compile("adam", objective=TagAndIntent())
        >>> model.fit(dataset)
    """

    is_default = False
    shares: ClassVar = {"tag": 1.0, "intent": 1.0}
    metrics: ClassVar = {"accuracy": "max", "intent_accuracy": "max"}

    def check(self, model):
        """Raises `UserError` if a model predicts no intents."""
        from ...layers.plain.errors import UserError

        if not model.intents:
            raise UserError(f"{model.name} predicts no intents: use the objective tag, or files that have them")

    def weights(self, batch):
        """See `Objective.weights`."""
        words, texts = batch["weights"], batch["intent_weights"]
        return {"tag": words, "intent": texts, "accuracy": words, "intent_accuracy": texts}

    def of_texts(self, out, batch):
        """See `Tag`."""
        import tensorflow as tf

        log_probabilities = tf.nn.log_softmax(out["intent_logits"])  # (B, I)
        found = tf.argmax(log_probabilities, axis=-1, output_type=tf.int32) == batch["intents"]
        losses = -tf.gather(log_probabilities, batch["intents"], batch_dims=1)
        return {"intent": losses, "intent_accuracy": tf.cast(found, tf.float32)}
