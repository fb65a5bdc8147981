"""Nearest neighbours of words in the embedding matrix of a model."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..layers.plain.errors import UserError
from .tasks import TextModel


def nearest_words(model: TextModel, words: Sequence[str], *, count: int = 10) -> list[dict[str, Any]]:
    """Finds the tokens whose rows of the embedding matrix have the highest cosine similarity to those of words.

    A word of several tokens is represented by the mean of their rows. Its own tokens and special tokens are excluded.

    Args:
        model: a model with a tokenizer and a token embedding.
        words: any strings.
        count: the maximum number of neighbours per word.

    Returns:
        A dict per word: `word`, its `tokens`, and `neighbours`, best first, each with `token` and `cosine`.

    Raises:
        UserError: the model has no tokenizer or no such matrix, or the vocabulary cannot write a word.

    Example:
        >>> nearest_words(model, ["king"], count=2)[0]["neighbours"]
        [{'token': 'queen', 'cosine': 0.71}, {'token': 'prince', 'cosine': 0.66}]
    """
    tokenizer = model.need_tokenizer()
    embedding = getattr(model.backbone, "token_embedding", None)
    if embedding is None:
        raise UserError(
            f"{model.name} is a model of the family {model.config.family}, which has no token embeddings: "
            "neighbours are found by them"
        )
    # Rows beyond the vocabulary are padding of the matrix.
    matrix = np.asarray(embedding.embeddings, np.float32)[: tokenizer.vocabulary_size]
    lengths = np.linalg.norm(matrix, axis=1)
    tokens, found = tokenizer.tokens, []
    silent = {tokenizer.start_id, tokenizer.end_id, tokenizer.unknown_id, *tokenizer.special_ids} - {None}
    for word in words:
        ids = _ids_of(tokenizer, word)
        cosines = cosines_of(matrix.take(ids, axis=0).mean(axis=0), matrix, lengths)
        cosines[[*silent, *ids]] = -np.inf
        best = [place for place in best_places(cosines, count) if np.isfinite(cosines[place])]
        neighbours = [{"token": tokens[place], "cosine": float(cosines[place])} for place in best]
        found.append({"word": word, "tokens": [tokens[each] for each in ids], "neighbours": neighbours})
    return found


def cosines_of(vector: np.ndarray, matrix: np.ndarray, lengths: np.ndarray | None = None) -> np.ndarray:
    """The cosine similarity of a vector (D,) and every row (N, D); 0 for a row of zeros."""
    scale: Any = (np.linalg.norm(matrix, axis=1) if lengths is None else lengths) * np.linalg.norm(vector)
    return np.divide(matrix @ vector, scale, out=np.zeros_like(scale), where=scale > 0)


def best_places(scores: np.ndarray, count: int) -> list[int]:
    """The indices of the highest scores, best first; ties go to the first."""
    return np.argsort(-scores, kind="stable")[:count].tolist()


def _ids_of(tokenizer: Any, word: str) -> list[int]:
    """The token ids of a word, after a space if the vocabulary has that as a token (byte-level BPE), or as it is."""
    alone, spaced = (tokenizer.tokenize(text).numpy().tolist() for text in (word, f" {word}"))
    ids = spaced if len(spaced) == 1 < len(alone) else alone
    known = [each for each in ids if each != tokenizer.unknown_id]
    if not known:
        raise UserError(f"the vocabulary cannot write {word[:60]!r}: its tokens come from the training data")
    return known
