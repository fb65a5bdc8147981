"""Terms of a loss."""

from typing import Any, NamedTuple


class Term(NamedTuple):
    """One term of a loss, or a metric, item by item.

    Attributes:
        losses: the loss of every item, float32; for a metric, its value for every item.
        weights: how much each item counts, float32 of the same shape; 0 for padding.
        scale: the weight of the term's mean in the training loss; 0 for a metric, which is only reported.

    Example:
        >>> import tensorflow as tf
        >>> float(Term(tf.constant([2.0, float("inf")]), tf.constant([1.0, 0.0]), 1.0).total())
        2.0
    """

    losses: Any
    weights: Any
    scale: float

    def total(self, dtype: Any = None) -> Any:
        """The weighted sum of the losses; a scalar, float32 or of the requested type.

        An item of weight 0 is left out rather than multiplied by 0: the loss of padding may be infinite, and infinity
        times 0 is NaN.
        """
        import tensorflow as tf

        counted = tf.where(self.weights > 0, self.losses, tf.zeros_like(self.losses)) * self.weights
        return tf.reduce_sum(counted if dtype is None else tf.cast(counted, dtype))
