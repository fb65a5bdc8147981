"""Attention weights over one text."""

import dataclasses

import numpy as np

from ..layers.plain.errors import UserError


@dataclasses.dataclass(frozen=True)
class AttentionReading:
    """The attention weights of a text, with the words that they lie between.

    Layers and heads are counted from 1.

    Attributes:
        kind: "encoder" (all words look at all), "causal" (at themselves and those before) or "cross" (the words of a
            target at those of its source).
        words: of those that look (T,).
        looked_at: words that are looked at (S,).
        special: which of `looked_at` are special tokens, bool (S,).
        weights: float32 (L, H, T, S): of every layer and head, rows that add up to 1.

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
        """Layers, L."""
        return self.weights.shape[0]

    @property
    def num_heads(self) -> int:
        """Heads of a layer, H."""
        return self.weights.shape[1]

    def check(self, *, layer: int | None = None, head: int | None = None) -> None:
        """Raises UserError for a layer or a head that the model does not have."""
        for name, value, count in (("layer", layer, self.num_layers), ("head", head, self.num_heads)):
            if value is not None and not 1 <= value <= count:
                raise UserError(f"{name} must be from 1 to {count}, which is what the model has, not {value}")

    def mean(self, *, layer: int | None = None, head: int | None = None) -> np.ndarray:
        """The weights (T, S) of a layer and a head, or the mean over all layers or heads where it is None."""
        self.check(layer=layer, head=head)
        layers = slice(None) if layer is None else slice(layer - 1, layer)
        heads = slice(None) if head is None else slice(head - 1, head)
        return self.weights[layers, heads].mean(axis=(0, 1))

    def looks_most_at(self, *, layer: int | None = None, head: int | None = None) -> np.ndarray:
        """For every word the place of the word that it looks at most, int (T,).

        Special tokens are passed over: many heads rest on them when they have nothing to look for (Clark et al. 2019,
        arXiv:1906.04341, section 3.2). Where a word can look at nothing else, they count.
        """
        weights = self.mean(layer=layer, head=head)
        words = np.where(self.special, -1.0, weights)
        return np.where(words.max(axis=-1, initial=-1.0) > 0, words.argmax(axis=-1), weights.argmax(axis=-1))
