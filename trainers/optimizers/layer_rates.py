"""Learning rates that increase from a body's lowest layer to the head."""

import re
from collections.abc import Iterable
from typing import Any

import keras

_BODY = "backbone/"
_NUMBER = re.compile(r"_(\d+)(?:_backward)?/")


def layer_rates(paths: Iterable[str], decay: float) -> dict[str, float]:
    """The factor of each weight's learning rate: 1 for heads, multiplied by `decay` for each layer below.

    Howard & Ruder 2018 (arXiv:1801.06146, section 3.2, "discriminative fine-tuning"); Clark et al. 2020. Embeddings are
    below the lowest layer; anything above the highest, such as a last norm, counts as the head.

    Args:
        paths: paths of the weights.
        decay: factor per layer, above 0, at most 1.

    Example:
        >>> paths = ["backbone/token_embedding/embeddings", "backbone/block_0/a", "backbone/block_1/a", "head/b"]
        >>> [*layer_rates(paths, 0.5).values()]
        [0.125, 0.25, 0.5, 1.0]
    """
    depths = {path: _depth(path) for path in paths}
    top = max((depth for depth in depths.values() if depth is not None), default=0) + 1
    return {path: decay ** (0 if depth is None else top - depth) for path, depth in depths.items()}


def with_layer_rates(optimizer: Any, rates: dict[str, float]) -> keras.optimizers.Optimizer:
    """Makes an optimizer apply a factor per weight to its learning rate; weight decay keeps the full rate.

    Args:
        optimizer: a Keras optimizer.
        rates: path -> factor.
    """
    kind = type(optimizer)

    class LayerRates(kind):
        """The same optimizer, with learning rates by layer."""

        def update_step(self, gradient, variable, learning_rate):
            """See Keras."""
            # Private, as in every Keras optimizer: the updated TensorFlow variable has no path.
            own = self._trainable_variables[self._get_variable_index(variable)]
            super().update_step(gradient, variable, learning_rate * rates[own.path])

    LayerRates.__name__ = kind.__name__
    optimizer.__class__ = LayerRates
    return optimizer


def _depth(path: str) -> int | None:
    """0 for embeddings, i + 1 for layer i, None above all layers."""
    if not path.startswith(_BODY):
        return None
    if found := _NUMBER.search(path):
        return int(found.group(1)) + 1
    return 0 if "embedding" in path else None
