"""Queries and documents with their relevance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...layers.plain.errors import UserError
from .readers import Reader
from .readers.trec_reader import TrecReader

MOST_RELEVANCE = 1_000_000


@dataclass(frozen=True)
class RetrievalSet:
    """Data for the evaluation of retrieval, in memory.

    Attributes:
        queries: the texts of the queries.
        documents: texts to search, including those that are not relevant to any query.
        relevance: for each query, index of a document -> its relevance, above 0; others are not relevant.
    """

    queries: Sequence[str]
    documents: Sequence[str]
    relevance: Sequence[Mapping[int, int]]

    @classmethod
    def from_files(cls, paths: Sequence[Path | str], reader: Reader) -> "RetrievalSet":
        """Reads the files.

        Args:
            paths: files for the reader.
            reader: a reader of the columns `text`, a query, and `pair`, a relevant document, and optionally `label`,
                its relevance. Equal texts are one query, or one document. The documents of a `TrecReader` are all those
                of its file.

        Raises:
            UserError: errors of the reader, a relevance that is not a whole number, or no query with a document.
        """
        by_id = isinstance(reader, TrecReader)
        query_key, document_key = ("query_id", "document_id") if by_id else ("text", "pair")
        queries, documents = dict[str, str](), dict[str, str]()
        if by_id:
            for record in reader.records_of(reader.files(paths)[2]):
                documents.setdefault(record.values["document_id"], record.values["text"])
        graded: list[tuple[str, str, int]] = []
        for record in reader.records(paths):
            values = record.values
            grade = str(values.get("label", "1"))
            if not grade.lstrip("-").isdecimal() or int(grade) > MOST_RELEVANCE:
                reader.reject(record.file, record.line, f"is not a whole number: {grade[:40]!r}", column="label")
                continue
            query, document = values[query_key], values[document_key]
            queries.setdefault(query, values["text"])
            documents.setdefault(document, values["pair"])
            graded.append((query, document, int(grade)))
        query_place = {key: place for place, key in enumerate(queries)}
        document_place = {key: place for place, key in enumerate(documents)}
        relevance: list[dict[int, int]] = [{} for _ in queries]
        for query, document, grade in graded:
            if grade > 0:
                relevance[query_place[query]][document_place[document]] = grade
        if not any(relevance):
            raise UserError(f"{', '.join(map(str, paths[:3]))}: no query has a relevant document")
        return cls(list(queries.values()), list(documents.values()), relevance)
