"""Predicting the similarity of two texts."""

from typing import ClassVar

from pydantic import model_validator

from ...zoo.objective import Objective
from ...zoo.objective_config import ObjectiveConfig
from .contrastive import embeddings_of
from .register_objective import register_objective


@register_objective("similarity")
class Similarity(Objective):
    """Squared error between the cosine of two texts and their score (Reimers & Gurevych 2019, arXiv:1908.10084).

    Scores from `lowest` to `highest` correspond to cosines from 0 to 1.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of an `EmbeddingSource`.

    Example:
        >>> model.compile("adam", objective=Similarity(highest=5.0))
        >>> model.fit(dataset)
    """

    tasks = ("text_encoder",)
    is_default = False
    target = "labels"
    labels_are = "number"
    unit = "squared error"
    shares: ClassVar = {"similarity": 1.0}
    observed = ("references", "predictions")
    predicts = "score"

    class Config(ObjectiveConfig):
        """The settings of `Similarity`.

        lowest, highest: the range of the scores; STS-B's is from 0 to 5.
        text_prompt, pair_prompt: names of the model's prompts that are prepended to the texts, and to pairs; "" for
            its default.
        """

        lowest: float = 0.0
        highest: float = 5.0
        text_prompt: str = ""
        pair_prompt: str = ""

        @model_validator(mode="after")
        def _check_range(self):
            if self.lowest >= self.highest:
                raise ValueError(f"lowest {self.lowest:g} must be below highest {self.highest:g}")
            return self

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        del state
        vectors = tf.math.l2_normalize(embeddings_of(model, batch, training)[:, :2], -1)
        cosines = tf.reduce_sum(vectors[:, 0] * vectors[:, 1], -1)
        lowest, highest = self.settings.lowest, self.settings.highest
        targets = (batch["labels"] - lowest) / (highest - lowest)
        observed = {"references": batch["labels"], "predictions": lowest + cosines * (highest - lowest)}
        return {"similarity": (cosines - targets) ** 2, **observed}, {}
