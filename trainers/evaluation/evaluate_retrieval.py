"""Evaluation of retrieval."""

from collections.abc import Callable, Sequence

import numpy as np

from ...layers.plain.search.bm25 import BM25
from ...layers.plain.search.rank import Similarity, rank
from ..data.retrieval_set import RetrievalSet
from .predictions import Predictions

DEPTH = 100  # number of documents to rank for each query
PIECE = 512  # number of texts between two progress reports


def evaluate_retrieval(
    found: RetrievalSet,
    *,
    embed: Callable[[Sequence[str]], np.ndarray] | None = None,
    similarity: Similarity = "cosine",
    progress: Callable[[int], None] | None = None,
) -> Predictions:
    """Ranks the first hundred documents for each query, of all documents; see `measure` for metrics of them.

    Args:
        found: queries and documents.
        embed: function from texts to vectors (N, D), such as that of a `TextEncoder` or of an export; None for BM25.
        similarity: similarity of the vectors.
        progress: called with the number of texts done.

    Example:
        >>> found = RetrievalSet(["a cat?"], ["a dog", "the cat"], [{1: 1}])
        >>> evaluate_retrieval(found).predictions[0].keys()
        dict_keys([1, 0])
    """
    if embed is None:
        ranked = BM25.of(found.documents).rank(found.queries, most=DEPTH)
    else:
        texts = [*found.documents, *found.queries]
        order = np.argsort([len(text) for text in texts], kind="stable")  # in order of length
        pieces = []
        for start in range(0, len(order), PIECE):
            some = order[start : start + PIECE]
            pieces.append(embed([texts[place] for place in some]))
            if progress is not None:
                progress(start + len(some))
        vectors = np.concatenate(pieces)[np.argsort(order)]
        documents, queries = vectors[: len(found.documents)], vectors[len(found.documents) :]
        ranked = zip(*rank(queries, documents, most=DEPTH, similarity=similarity), strict=True)
    predictions = [dict(zip(places.tolist(), scores.tolist(), strict=True)) for places, scores in ranked]
    return Predictions("ranking", list(found.relevance), predictions)
