"""Attention weights of one text."""

import dataclasses

import numpy as np

from ..layers.plain.errors import UserError


@dataclasses.dataclass(frozen=True)
class AttentionReading:
    """The attention weights of a text, with its words.

    Layers and heads are counted from 1.

    Attributes:
        kind: "encoder" (every word attends to all), "causal" (to itself and the words before it) or "cross" (the words
            of a target to those of its source).
        words: the words that attend (T,).
        looked_at: the words attended to (S,).
        special: which of `looked_at` are special tokens, bool (S,).
        weights: float32 (L, H, T, S), for every layer and head; each row sums to 1.

    Example:
        >>> weights = np.float32([[[[1, 0], [0.3, 0.7]], [[1, 0], [0.9, 0.1]]]])
        >>> reading = AttentionReading("causal", ["a", "b"], ["a", "b"], np.array([False, False]), weights)
        >>> reading.mean(layer=1).round(2).tolist()
        [[1.0, 0.0], [0.6000000238418579, 0.4000000059604645]]
        >>> reading.looks_most_at(layer=1, head=1).tolist()
        [0, 1]
    """

    kind: str
    words: list[str]
    looked_at: list[str]
    special: np.ndarray
    weights: np.ndarray

    @property
    def num_layers(self) -> int:
        """The number of layers, L."""
        return self.weights.shape[0]

    @property
    def num_heads(self) -> int:
        """The number of heads per layer, H."""
        return self.weights.shape[1]

    def check(self, *, layer: int | None = None, head: int | None = None) -> None:
        """Raises a UserError for a layer or a head that the model does not have."""
        for name, value, count in (("layer", layer, self.num_layers), ("head", head, self.num_heads)):
            if value is not None and not 1 <= value <= count:
                raise UserError(f"{name} must be from 1 to {count}, the number that the model has, not {value}")

    def mean(self, *, layer: int | None = None, head: int | None = None) -> np.ndarray:
        """The weights (T, S) of a layer and a head; if either is None, the mean over all of them."""
        self.check(layer=layer, head=head)
        layers = slice(None) if layer is None else slice(layer - 1, layer)
        heads = slice(None) if head is None else slice(head - 1, head)
        return self.weights[layers, heads].mean(axis=(0, 1))

    def looks_most_at(self, *, layer: int | None = None, head: int | None = None) -> np.ndarray:
        """The position of the word that each word attends to most, int (T,).

        Special tokens are skipped: many heads attend to them if there is nothing to look for (Clark et al. 2019,
        arXiv:1906.04341, section 3.2). They count if a word can attend to nothing else.
        """
        weights = self.mean(layer=layer, head=head)
        words = np.where(self.special, -1.0, weights)
        return np.where(words.max(axis=-1, initial=-1.0) > 0, words.argmax(axis=-1), weights.argmax(axis=-1))
