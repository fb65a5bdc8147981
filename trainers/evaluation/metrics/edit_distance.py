"""Character error rate of texts."""

from typing import ClassVar

from .metric import Metric, numbers, register_metric


@register_metric("edit_distance")
class EditDistance(Metric):
    """Characters to insert, delete or substitute per character of the references (Levenshtein; by KerasHub)."""

    kinds = ("texts",)
    reports: ClassVar = {"edit_distance": "min"}
    undefined = "where all references are empty"

    def compute(self, predictions):
        """See `Metric.compute`."""
        import keras_hub
        import tensorflow as tf

        metric = keras_hub.metrics.EditDistance(normalize=True)
        references, written = (
            tf.strings.unicode_split(tf.constant(texts), "UTF-8")
            for texts in (predictions.references, predictions.predictions)
        )
        metric.update_state(references, written)
        return numbers(edit_distance=metric.result() if any(predictions.references) else float("nan"))
