"""The folder of a search index: documents with their vectors or terms. Needs no TensorFlow."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import UserError
from ..file_entry import file_entry
from ..read_json import parse_object
from .bm25 import BM25
from .bm25 import FILES as BM25_FILES
from .index_manifest import AGAIN, MANIFEST_FILE, IndexManifest
from .rank import Similarity, rank, unit_vectors

DOCUMENTS_FILE, STARTS_FILE, VECTORS_FILE = "documents.jsonl", "starts", "vectors"
PIECE = 512  # documents
LONGEST = 2**28  # bytes of a document, as much as a reader reads of one file of SQuAD


class SearchIndex:
    """A search index on disk: documents, with their vectors or their terms.

    It is a folder with `manifest.json`, the documents as JSON lines, their offsets, and plain arrays; nothing in it is
    code, or pickled. Documents and vectors are read as they are needed and not as a whole.

    Args:
        folder: a folder written by `write`.

    Attributes:
        manifest: the manifest of the index.

    Raises:
        UserError: it is not an index, or damaged.

    Example:
        >>> Path("index").mkdir()
        >>> SearchIndex.write(Path("index"), [{"text": "a cat"}, {"text": "a dog"}])
        2
        >>> [found["text"] for found, score in SearchIndex(Path("index")).search(["Cat?"], most=10)[0]]
        ['a cat']
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self.manifest = manifest = IndexManifest.read(folder)
        self._documents = manifest.checked_file(folder, DOCUMENTS_FILE)
        self._starts = self._mapped(STARTS_FILE, np.int64, (manifest.documents + 1,))
        end = self._documents.stat().st_size
        lengths, inside = np.diff(self._starts), self._starts.min() >= 0 and self._starts.max() <= end
        ends_meet = self._starts[0] == 0 and self._starts[-1] == end
        if not (inside and ends_meet and lengths.min() >= 0 and lengths.max() <= LONGEST):
            raise UserError(f"{folder} is damaged, {STARTS_FILE} does not match {DOCUMENTS_FILE}: {AGAIN}")
        self._bm25 = None
        if manifest.ranking == "bm25":
            files = {name: manifest.checked_file(folder, name) for name in BM25_FILES}
            self._bm25 = BM25.load(files, documents=manifest.documents, mend=AGAIN)
        else:
            self._vectors = self._mapped(VECTORS_FILE, np.float32, (manifest.documents, manifest.dimension))

    def search(self, queries: Any, *, most: int) -> list[list[tuple[dict[str, Any], float]]]:
        """Returns for each query the documents that match it best, with their scores, best first.

        Args:
            queries: vectors (Q, D), or texts for an index of BM25.
            most: the maximum number of documents.

        Raises:
            UserError: the vectors are of another dimension, or a document is damaged.
        """
        ranked: Iterable[tuple[np.ndarray, np.ndarray]]
        if self._bm25 is not None:
            ranked = self._bm25.rank(queries, most=most)
        else:
            asked, similarity = np.asarray(queries, np.float32), self.manifest.similarity
            if asked.shape[-1] != self.manifest.dimension:
                raise UserError(
                    f"the model's vectors have {asked.shape[-1]} numbers and those of the index "
                    f"{self.manifest.dimension}: search with the model that it was built with"
                )
            # Those of the index already have length 1 if that is the similarity.
            asked = unit_vectors(asked) if similarity == "cosine" else asked
            ranked = zip(*rank(asked, self._vectors, most=most, similarity="dot"), strict=True)
        return [
            [(self.document(int(place)), float(score)) for place, score in zip(places, scores, strict=True)]
            for places, scores in ranked
        ]

    def document(self, place: int) -> dict[str, Any]:
        """Returns a document: `text` and its other fields."""
        with open(self._documents, "rb") as file:
            file.seek(self._starts[place])
            line = file.read(int(self._starts[place + 1] - self._starts[place]))
        found = parse_object(line, f"document {place + 1} of {self._documents}", mend=AGAIN)
        if not isinstance(found.get("text"), str):
            raise UserError(f"document {place + 1} of {self._documents} is damaged, it has no text: {AGAIN}")
        return found

    def __len__(self) -> int:
        """The number of documents, N."""
        return self.manifest.documents

    def _mapped(self, name: str, dtype: Any, shape: tuple[int, ...]) -> np.ndarray:
        path = self.manifest.checked_file(self._folder, name)
        if path.stat().st_size != np.dtype(dtype).itemsize * int(np.prod(shape)) or 0 in shape:
            raise UserError(f"{path} is damaged, it is not of {' x '.join(map(str, shape))} numbers: {AGAIN}")
        return np.memmap(path, dtype, "r", shape=shape)

    @classmethod
    def write(
        cls,
        folder: Path,
        documents: Iterable[Mapping[str, Any]],
        *,
        embed: Callable[[Sequence[str]], np.ndarray] | None = None,
        similarity: Similarity = "cosine",
        model: str = "",
        digest: str = "",
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Writes an index to an empty folder, piece by piece; for BM25, the terms of all documents must fit in memory.

        Args:
            folder: an existing folder.
            documents: documents with `text` and any other fields, as JSON values.
            embed: function that encodes texts as vectors (N, D); None for BM25.
            similarity: similarity of vectors.
            model: name of the model.
            digest: digest of the model, which must be the same for a search.
            progress: called with the number of documents done.

        Returns:
            The number of documents.

        Raises:
            UserError: there is no document, or a vector is not finite.
        """
        ends, dimension, texts = [0], 0, []
        with open(folder / DOCUMENTS_FILE, "wb") as lines, open(folder / VECTORS_FILE, "wb") as vectors:
            for piece in _pieces(documents):
                for document in piece:
                    line = json.dumps(document, ensure_ascii=False).encode() + b"\n"
                    lines.write(line)
                    ends.append(ends[-1] + len(line))
                some = [document["text"] for document in piece]
                if embed is None:
                    texts += some
                else:
                    found = np.asarray(embed(some), np.float32)
                    if not np.isfinite(found).all():
                        raise UserError("the model gives vectors with NaN or infinity in them: its weights are damaged")
                    dimension = found.shape[-1]
                    vectors.write((unit_vectors(found) if similarity == "cosine" else found).tobytes())
                if progress is not None:
                    progress(len(ends) - 1)
        if len(ends) == 1:
            raise UserError("there is no document to index")
        (folder / STARTS_FILE).write_bytes(np.array(ends, np.int64).tobytes())
        if embed is None:
            (folder / VECTORS_FILE).unlink()
            BM25.of(texts).save(folder)
        manifest = IndexManifest.model_validate(
            {
                "ranking": "bm25" if embed is None else "vectors",
                "documents": len(ends) - 1,
                "dimension": dimension,
                "similarity": similarity,
                "model": model,
                "digest": digest,
                "files": {path.name: file_entry(path) for path in sorted(folder.iterdir())},
            }
        )
        (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        return len(ends) - 1


def _pieces(documents: Iterable[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    piece = []
    for document in documents:
        piece.append(document)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece
