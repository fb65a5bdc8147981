"""Predicting where an answer starts and ends."""

from typing import ClassVar

from ...zoo.objective import Objective
from .register_objective import register_objective


@register_objective("answer_span")
class AnswerSpan(Objective):
    """Cross-entropy of the first and last token of the answer, averaged over both, in nats per window.

    In a window without the answer both are its first token (Devlin et al. 2018, section 4.3). Also reports the share of
    windows in which both are correct.

    Args:
        **kwargs: arguments of `Objective`.

    Batches are those of a `SpanSource`.

    Example:
        >>> model.compile("adam", objective=AnswerSpan())
        >>> model.fit(dataset)
    """

    tasks = ("span_extractor",)
    is_default = True
    target = "first_places"
    shares: ClassVar = {"answer_span": 1.0}
    metrics: ClassVar = {"accuracy": "max"}
    observed = ("start_logits", "end_logits")
    predicts = "answers"

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        from ...layers.masks import HIDDEN

        del state
        names = ("token_ids", "padding_mask", "segment_ids")
        out = model({name: batch[name] for name in names if name in batch}, training=training)
        losses, found = [], []
        for logits, places in (("start_logits", "first_places"), ("end_logits", "last_places")):
            masked = tf.where(batch["padding_mask"], out[logits], HIDDEN)  # (B, T)
            losses.append(-tf.gather(tf.nn.log_softmax(masked), batch[places], batch_dims=1))
            found.append(tf.argmax(masked, axis=-1, output_type=tf.int32) == batch[places])
        both = tf.cast(found[0] & found[1], tf.float32)
        return {"answer_span": (losses[0] + losses[1]) / 2, "accuracy": both, **out}, {}
