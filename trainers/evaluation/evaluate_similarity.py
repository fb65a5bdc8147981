"""Evaluation of a text encoder on sentence similarity."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...layers.plain.cosine_similarity import cosine_similarity
from ...layers.plain.errors import UserError
from .correlation import pearson, spearman
from .similarity_evaluation import SimilarityEvaluation

ROUNDING = 1e-6  # error of the cosine of float32 vectors
PIECE = 16  # number of batches between two progress reports


def evaluate_similarity(
    model: Any,
    pairs: Sequence[tuple[str, str, float]],
    *,
    batch_size: int = 32,
    progress: Callable[[int], None] | None = None,
) -> SimilarityEvaluation:
    """Evaluates semantic textual similarity: cosine similarities against scores (Cer et al. 2017, arXiv:1708.00055).

    Args:
        model: a `TextEncoder` with its tokenizer, or an export of one: an object with its `embed`.
        pairs: two sentences and a score each, at least two pairs; see `read_scored_pairs`.
        batch_size: sentences read in parallel.
        progress: called with the number of sentences done.

    Raises:
        UserError: fewer than two pairs, or scores or similarities that are all the same, so that correlations are
            undefined.

    Example:
        >>> from langzoo.layers.text import WordPieceTokenizer
        >>> tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"])
        >>> model = langzoo.zoo.create("distilbert_tiny", task="text_encoder", tokenizer=tokenizer)
        >>> evaluate_similarity(model, [("a", "a", 5.0), ("a", "b c", 0.0)]).spearman
        1.0
    """
    if len(pairs) < 2:
        raise UserError(f"{len(pairs)} pair: a correlation needs at least two")
    scores = [score for _, _, score in pairs]
    if len(set(scores)) == 1:
        raise UserError(f"all scores are {scores[0]:g}: a correlation with a constant is undefined")
    sentences = [first for first, _, _ in pairs] + [second for _, second, _ in pairs]
    # In order of length, over all pieces, so that there is little padding.
    order = np.argsort([len(sentence) for sentence in sentences], kind="stable")
    model.embed(sentences[:1])  # traces
    found, started = [], time.monotonic()
    for start in range(0, len(order), PIECE * batch_size):
        piece = order[start : start + PIECE * batch_size]
        found.append(model.embed([sentences[place] for place in piece], batch_size=batch_size))
        if progress is not None:
            progress(start + len(piece))
    seconds = time.monotonic() - started
    vectors = np.concatenate(found)[np.argsort(order)]
    similarities = cosine_similarity(vectors[: len(pairs)], vectors[len(pairs) :])
    if np.ptp(similarities) < ROUNDING:
        raise UserError("the model gives all pairs the same similarity: a correlation with a constant is undefined")
    return SimilarityEvaluation(
        pairs=len(pairs),
        spearman=spearman(similarities, scores),
        pearson=pearson(similarities, scores),
        milliseconds_per_sentence=1000 * seconds / len(sentences),
    )
