"""Predicting which texts belong together."""

from typing import ClassVar, Literal

from pydantic import Field

from ...zoo.objective import Objective
from ...zoo.objective_config import ObjectiveConfig
from .register_objective import register_objective

TEXT, PAIR, NEGATIVE = range(3)  # indices of the texts of a row


@register_objective("contrastive")
class Contrastive(Objective):
    """Cross-entropy of each text's own pair among the pairs of the whole batch, in nats per text (InfoNCE).

    The pairs of all other texts of the batch are its negatives, including those on other replicas, and so are all hard
    negatives of the batch (Karpukhin et al. 2020, arXiv:2004.04906; with `symmetric`, the texts of all other
    pairs as well, as in Chen et al. 2020, arXiv:2002.05709, and Radford et al. 2021). A candidate that equals the text
    or its pair, or belongs to the same text, is not a negative. Also reports the share of texts whose own pair is
    the most similar.

    Batches are not split for gradient accumulation: each part would have fewer negatives.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of an `EmbeddingSource`.

    Example:
        >>> model.compile("adam", objective=Contrastive(temperature=0.02))
        >>> model.fit(dataset)
    """

    tasks = ("text_encoder",)
    is_default = True
    target = "labels"
    labels_are = "relevance"
    across_rows = True
    shares: ClassVar = {"contrastive": 1.0}
    metrics: ClassVar = {"accuracy": "max"}
    observed = ("embeddings",)
    predicts = "ranking"

    class Config(ObjectiveConfig):
        """The settings of `Contrastive`.

        temperature: divisor of the similarities; 0.05 is the scale of 20 of Sentence Transformers.
        similarity: "cosine", or "dot" for the dot product of the vectors.
        symmetric: whether texts are also predicted from their pairs; the loss is the mean of both.
        text_prompt, pair_prompt: names of the model's prompts that are prepended to the texts, and to pairs and
            negatives; "" for its default.
        """

        temperature: float = Field(default=0.05, gt=0)
        similarity: Literal["cosine", "dot"] = "cosine"
        symmetric: bool = False
        text_prompt: str = ""
        pair_prompt: str = ""

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        embeddings = embeddings_of(model, batch, training)  # (B, S, D)
        vectors = tf.math.l2_normalize(embeddings, -1) if self.settings.similarity == "cosine" else embeddings
        keys, weights = batch["keys"], batch["weights"]
        all_vectors, all_keys, all_weights = (gathered(each) for each in (vectors, keys, weights))  # (G, ...)
        place = tf.range(tf.shape(keys)[0]) + _replica() * tf.shape(keys)[0]  # of this replica's rows among all
        own = tf.one_hot(place, tf.shape(all_keys)[0], on_value=True, off_value=False, dtype=tf.bool)  # (B, G)
        counts = (all_weights > 0)[tf.newaxis]

        def differ(own_side, side):
            return keys[:, own_side : own_side + 1] != all_keys[tf.newaxis, :, side]

        others = counts & differ(TEXT, TEXT) & differ(PAIR, PAIR)
        candidates, right, wrong = all_vectors[:, PAIR], own, others & differ(TEXT, PAIR)
        if keys.shape[1] > NEGATIVE:
            hard = counts & differ(PAIR, NEGATIVE) & differ(TEXT, NEGATIVE)
            candidates = tf.concat([candidates, all_vectors[:, NEGATIVE]], 0)
            right, wrong = tf.concat([own, tf.zeros_like(own)], 1), tf.concat([wrong, hard], 1)
        losses, found = self._losses(vectors[:, TEXT], candidates, right, wrong)
        if self.settings.symmetric:
            back, _ = self._losses(vectors[:, PAIR], all_vectors[:, TEXT], own, others & differ(PAIR, TEXT))
            losses = (losses + back) / 2
        return {"contrastive": losses, "accuracy": found, "embeddings": embeddings}, {}

    def _losses(self, queries, candidates, own, negative):
        """-log p of each query's own candidate among it and the negatives, (B,), and whether it is the best."""
        import tensorflow as tf

        logits = tf.matmul(queries, candidates, transpose_b=True) / self.settings.temperature  # (B, C)
        logits = tf.where(own | negative, logits, logits.dtype.min)
        losses = -_own(tf.nn.log_softmax(logits), own)
        best = tf.reduce_max(tf.where(negative, logits, logits.dtype.min), -1)
        return losses, tf.cast(_own(logits, own) > best, tf.float32)


def _own(values, own):
    """The value of each row at its own index, (B, C) -> (B,)."""
    import tensorflow as tf

    return tf.reduce_sum(tf.where(own, values, 0.0), -1)


def embeddings_of(model, batch, training):
    """The vectors of all texts of a batch, computed in one pass through the body: float32 (B, S, D)."""
    import tensorflow as tf

    shape = tf.shape(batch["token_ids"])
    names = ("token_ids", "padding_mask", "segment_ids")
    flat = {name: tf.reshape(batch[name], (shape[0] * shape[1], shape[2])) for name in names}
    found = model(flat, training=training)["embeddings"]
    return tf.reshape(found, (shape[0], shape[1], found.shape[-1]))


def gathered(values):
    """The rows of all replicas, (B, ...) -> (G, ...); gradients flow back to their replica."""
    import tensorflow as tf

    context = tf.distribute.get_replica_context()
    return values if context.num_replicas_in_sync == 1 else context.all_gather(values, axis=0)


def _replica():
    import tensorflow as tf

    return tf.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, tf.int32)
