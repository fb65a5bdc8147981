"""Weights for an extended vocabulary."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def grown_weights(
    values: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]], *, before: Any, after: Any
) -> dict[str, Any]:
    """Adds rows for new tokens to weights, each the mean of the rows of its pieces in the smaller vocabulary.

    So the initial logit of a new word, including its bias, is the mean of its pieces' logits. Every weight with an axis
    of the size of the vocabulary grows: embeddings, untied matrices, biases.

    Args:
        values: name -> array; arrays whose shape is that in `shapes` are returned unchanged.
        shapes: name -> shape in the model with the larger vocabulary.
        before: the tokenizer of the smaller vocabulary, whose ids the new one keeps.
        after: the tokenizer with more tokens.

    Returns:
        Name -> array; its shape differs from `shapes` only if the weight did not grow along exactly one axis.

    Example:
        >>> grown = grown_weights({"table": np.eye(3)}, {"table": (4, 3)}, before=before, after=after)
        >>> grown["table"][3]  # of a word whose pieces were 0 and 1
        array([0.5, 0.5, 0. ])
    """
    pieces = _pieces(before, after)
    return {name: _grown(np.asarray(value), shapes.get(name, value.shape), pieces) for name, value in values.items()}


def _pieces(before: Any, after: Any) -> dict[int, Any]:
    """For each new token, the ids into which the smaller tokenizer splits its text."""
    new = range(before.vocabulary_size, after.vocabulary_size)
    names, surfaces = after.tokens, getattr(after, "surfaces", [b""] * after.vocabulary_size)
    texts = [surfaces[token_id].decode(errors="replace") or names[token_id] for token_id in new]
    texts = [text.strip() if after.joins_words else text for text in texts]
    return {token_id: before.tokenize(text).numpy() for token_id, text in zip(new, texts, strict=True)}


def _grown(value: Any, shape: tuple[int, ...], pieces: Mapping[int, Any]) -> Any:
    longer = [axis for axis, (own, new) in enumerate(zip(value.shape, shape, strict=False)) if own < new]
    if len(shape) != value.ndim or len(longer) != 1:
        return value
    (axis,) = longer
    rows = np.moveaxis(value, axis, 0)
    mean = rows.mean(0, keepdims=True)
    grown = np.concatenate([rows, np.repeat(mean, shape[axis] - len(rows), axis=0)])
    for token_id, of in pieces.items():
        grown[token_id] = rows[of].mean(0) if len(of) else mean[0]
    return np.moveaxis(grown, 0, axis)
