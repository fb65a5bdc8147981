"""Gradient norms by groups of layers."""

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

CONTAINERS = ("backbone", "encoder", "decoder", "discriminator")
"""Parts of paths that contain layers but are not layers themselves."""


class GradientNorms:
    """The norm of the last step's gradient for each group of layers, before it is clipped.

    A group is the part of a weight's path after the body: `backbone/block_0`, `backbone/token_embedding`, `head`.
    Create it in the scope of the strategy.

    Args:
        paths: the paths of the weights, in the order of their gradients.

    Example:
        >>> norms = GradientNorms(["backbone/block_0/a/kernel", "backbone/block_0/b/kernel", "head/bias"])
        >>> norms.write([tf.constant([3.0]), tf.constant([4.0]), tf.constant([2.0])], scale=1.0)
        >>> norms.read()
        {'backbone/block_0': 5.0, 'head': 2.0}
    """

    def __init__(self, paths: Sequence[str]):
        groups: dict[str, list[int]] = {}
        for place, path in enumerate(paths):
            groups.setdefault(group_of(path), []).append(place)
        self._groups = groups
        self._norms = tf.Variable(
            tf.zeros([len(groups)]),
            trainable=False,
            name="gradient_norms",
            synchronization=tf.VariableSynchronization.ON_READ,
            aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        )

    def write(self, gradients: Sequence[Any], *, scale: Any) -> None:
        """Stores the norms of gradients that were multiplied by `scale` (of a `LossScaleOptimizer`)."""
        squares = [tf.reduce_sum(tf.square(tf.cast(gradient, tf.float32))) for gradient in gradients]
        sums = tf.stack([tf.add_n([squares[place] for place in places]) for places in self._groups.values()])
        self._norms.assign(tf.sqrt(sums) / tf.cast(scale, tf.float32))

    def read(self) -> Mapping[str, float]:
        """Group -> the norm of the last step; zeros before the first."""
        return dict(zip(self._groups, self._norms.numpy().tolist(), strict=True))


def group_of(path: str) -> str:
    """The group of a weight.

    Example:
        >>> [group_of(path) for path in ("backbone/encoder/lstm_0/kernel", "generator/head/bias", "head/bias")]
        ['backbone/encoder/lstm_0', 'generator', 'head']
    """
    parts = path.split("/")
    last = next((place for place, part in enumerate(parts[:-1]) if part not in CONTAINERS), len(parts) - 1)
    return "/".join(parts[: last + 1])
