"""Predicting the tag of every word."""

from typing import ClassVar

from ...zoo.objective import Objective
from .register_objective import register_objective


@register_objective("tag")
class Tag(Objective):
    """Cross-entropy of each word's tag, in nats per word; also reports the accuracy.

    For a tagger with a CRF, the loss is that of each row's whole sequence of tags, over all words.

    Args:
        **kwargs: arguments of `Objective`.

    Batches are those of a `TaggedSource`.

    Example:
        >>> model.compile("adam", objective=Tag())
        >>> model.fit(dataset)
    """

    tasks = ("token_tagger",)
    is_default = True
    target = "tags"
    shares: ClassVar = {"tag": 1.0}
    metrics: ClassVar = {"accuracy": "max"}
    observed = ("references", "predictions", "num_words")
    predicts = "tags"

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        names = ("token_ids", "padding_mask", "segment_ids", "word_places", "num_words")
        inputs = {name: batch[name] for name in names if name in batch}
        out = model(inputs, training=training)
        logits = out["logits"]  # (B, W, C)
        tags, num_words = batch["tags"], batch["num_words"]
        if model.crf is None:
            losses = -tf.gather(tf.nn.log_softmax(logits), tags, batch_dims=2)
        else:
            of_row = model.crf.negative_log_likelihood(logits, tags, num_words)  # (B,)
            # At the first word, so that the mean over words is that of the sums over rows.
            losses = tf.where(tf.range(tf.shape(tags)[1]) == 0, of_row[:, tf.newaxis], 0.0)
        best = model.best_tags(logits, num_words)
        means = {"tag": losses, "accuracy": tf.cast(best == tags, tf.float32), **self.of_texts(out, batch)}
        return {**means, "references": tags, "predictions": best, "num_words": num_words}, {}

    def of_texts(self, out, batch):
        """Losses of whole texts: none by default."""
        del out, batch
        return {}
