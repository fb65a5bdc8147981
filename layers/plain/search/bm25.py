"""Ranking by words. Needs no TensorFlow."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import UserError
from ..read_file import read_file
from ..read_json import parse_json
from .rank import best_places
from .terms import search_terms

ARRAYS = {"data": np.float32, "indices": np.int32, "indptr": np.int64}
TERMS_FILE = "bm25_terms.json"
FILES = (TERMS_FILE, *(f"bm25_{name}" for name in ARRAYS))
MAX_TERMS_BYTES = 2**30


class BM25:
    """Okapi BM25 in Lucene's form, k1 1.5 and b 0.75, by bm25s (Lu 2024, arXiv:2407.03618).

    Args:
        scores: scores of bm25s: `data` float32 and `indices` int32 (E,), `indptr` int64 (V + 1,), `num_docs`.
        terms: term -> its number among V.

    Example:
        >>> ranking = BM25.of(["the cat sat", "a dog", "cats and dogs"])
        >>> [places.tolist() for places, _ in ranking.rank(["a cat"], most=2)]
        [[0, 1]]
    """

    def __init__(self, scores: Mapping[str, Any], terms: Mapping[str, int]):
        from bm25s import BM25 as Retriever

        self._retriever: Any = Retriever(backend="numpy", csc_backend="numpy")
        self._retriever.scores, self._retriever.vocab_dict = dict(scores), dict(terms)
        self._retriever.nonoccurrence_array = None

    @classmethod
    def of(cls, texts: Iterable[str]) -> "BM25":
        """Builds a ranking from the terms of documents.

        Raises:
            UserError: no document has a letter or a digit.
        """
        from bm25s import BM25 as Retriever

        counted = [search_terms(text) for text in texts]
        terms = {term: number for number, term in enumerate(sorted({term for found in counted for term in found}))}
        if not terms:
            raise UserError("no document has a letter or a digit, by which BM25 could find it")
        ids = [[terms[term] for term in found] for found in counted]
        retriever: Any = Retriever(backend="numpy", csc_backend="numpy")
        return cls(retriever.build_index_from_ids(list(range(len(terms))), ids, show_progress=False), terms)

    def rank(self, queries: Sequence[str], *, most: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Returns for each query the indices of documents that share a term with it, and their scores, best first."""
        found = []
        for query in queries:
            ids = self._retriever.get_tokens_ids(search_terms(query))
            scores = self._retriever.get_scores_from_ids(ids)
            places = best_places(scores, min(most, len(scores)))
            places = places[scores[places] > 0]
            found.append((places, scores[places]))
        return found

    def save(self, folder: Path) -> None:
        """Writes `FILES`: plain arrays and a JSON list of terms."""
        (folder / TERMS_FILE).write_text(json.dumps([*self._retriever.vocab_dict], ensure_ascii=False), "utf-8")
        for name, dtype in ARRAYS.items():
            array = np.ascontiguousarray(self._retriever.scores[name], dtype)
            (folder / f"bm25_{name}").write_bytes(array.tobytes())

    @classmethod
    def load(cls, files: Mapping[str, Path], *, documents: int, mend: str) -> "BM25":
        """Reads files written by `save`; everything in them is validated.

        Args:
            files: paths of `FILES`.
            documents: the expected number of documents.
            mend: what the user can do, at the end of messages.

        Raises:
            UserError: it is damaged.
        """
        path = files[TERMS_FILE]
        terms = parse_json(read_file(path, max_bytes=MAX_TERMS_BYTES, mend=mend), str(path), mend=mend)
        if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
            raise UserError(f"{path} is damaged, it must be a list of terms: {mend}")
        found: dict[str, Any] = {"num_docs": documents}
        for name, dtype in ARRAYS.items():
            file = files[f"bm25_{name}"]
            if file.stat().st_size % np.dtype(dtype).itemsize:
                raise UserError(f"{file} is damaged, its size is wrong: {mend}")
            found[name] = np.fromfile(file, dtype)
        data, indices, starts = (found[name] for name in ARRAYS)
        right = len({*terms}) + 1 == len(terms) + 1 == len(starts) and starts[0] == 0 and starts[-1] == len(data)
        right = right and len(data) == len(indices) and bool((np.diff(starts) >= 0).all())
        right = right and bool(((indices >= 0) & (indices < documents)).all()) and bool(np.isfinite(data).all())
        if not right:
            raise UserError(f"{path.parent} is damaged, its terms and scores do not match: {mend}")
        return cls(found, {term: number for number, term in enumerate(terms)})
