"""The weights of KerasHub's models."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .source_tensors import SourceTensors


class HubTensors(SourceTensors):
    """The weights of a KerasHub model, by their paths, with the axes of heads and head width merged.

    Args:
        model: a backbone, or a backbone with a head.
        task: its task here.
    """

    def __init__(self, model: Any, *, task: str):
        self.model = model
        self.task = task
        self.variables = {weight.path: weight for weight in model.weights}
        self._flat = {path: _flat(path, tuple(weight.shape)) for path, weight in self.variables.items()}

    @property
    def _shapes(self) -> Mapping[str, tuple[int, ...]]:
        return self._flat

    def _read(self, name: str) -> np.ndarray:
        return np.asarray(self.variables[name].numpy()).reshape(self._flat[name])

    def assign(self, name: str, array: np.ndarray) -> None:
        """Sets a weight of the model."""
        self.variables[name].assign(array.reshape(self.variables[name].shape))


def _flat(path: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    if len(shape) == 3:  # (D, heads, width) for queries, keys and values; (heads, width, D) for their output
        output = path.endswith("attention_output/kernel")
        return (shape[0] * shape[1], shape[2]) if output else (shape[0], shape[1] * shape[2])
    return (math.prod(shape),) if path.endswith("/bias") else shape
