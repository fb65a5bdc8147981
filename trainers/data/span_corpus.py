"""Corpora of questions and texts that contain their answers."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...layers.plain.text.placed_tokens import PlacedTokens
from ...layers.text import Tokenizer
from .example_store import RECORDS_PER_PIECE, ExampleStore, Piece
from .readers import Reader, Record
from .stored_corpus import StoredCorpus

COLUMNS = {
    "question": np.int32,
    "context": np.int32,
    "starts": np.int32,
    "limits": np.int32,
    "span": np.int32,
    "text": np.uint8,
    "answers": np.uint8,
}


class _Read(NamedTuple):
    """A record whose answer has tokens.

    Attributes:
        record: the record.
        question: token ids.
        tokens: tokens of the context.
        span: the first and the last token of the first answer; empty if there is no answer.
    """

    record: Record
    question: np.ndarray
    tokens: PlacedTokens
    span: tuple[int, ...]


@dataclass(frozen=True)
class SpanCorpus(StoredCorpus):
    """Questions, the tokens of their contexts with their positions in the text, and the answers, on disk.

    Attributes:
        store: the columns `question` and `context`, token ids; `starts` and `limits`, see `PlacedTokens`; `span`, the
            first and the last token of the first answer, empty if there is none; `text`, the context as UTF-8; and
            `answers`, the texts of all correct answers as JSON.
    """

    token_columns = ("context",)

    @classmethod
    def from_files(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        *,
        cache: Path | str,
        reader: Reader,
        longest_question: int,
        progress: Callable[[int], None] | None = None,
    ) -> "SpanCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`.

        Args:
            paths: files with the columns question, context and answers.
            tokenizer: the tokenizer of the model; one that records the positions of its tokens.
            cache: folder for the result.
            reader: the reader of the files.
            longest_question: maximum number of tokens of a question; a longer one leaves no room for its context.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: errors of the reader; a question that is too long, or an answer that matches no token.
        """
        files = reader.files(paths)
        store = ExampleStore.from_pieces(
            files,
            tokenizer,
            lambda: _pieces(reader, paths, tokenizer, longest_question, progress),
            columns=COLUMNS,
            kind=json.dumps(["spans", reader.key_of(files), longest_question]),
            cache=cache,
            notes=lambda: {"skipped": vars(reader.bad.summary())},
            example="question",
        )
        return cls(store)

    @property
    def num_without_answer(self) -> int:
        """The number of questions that have no answer."""
        return self.store.counts["num_without_answer"]

    def tokens(self, item: int) -> PlacedTokens:
        """The tokens of the context of a question."""
        columns = self.store.columns
        return PlacedTokens(*(columns[name].row(item) for name in ("context", "starts", "limits")))

    def text(self, item: int) -> str:
        """The context of a question."""
        return self.store.columns["text"].row(item).tobytes().decode("utf-8")

    def answers(self, item: int) -> list[str]:
        """The correct answers to a question; none if it has none."""
        return json.loads(self.store.columns["answers"].row(item).tobytes())


def records_with_spans(
    reader: Reader, paths: Sequence[Path | str], tokenizer: Tokenizer, *, longest_question: int
) -> Iterator[list[_Read]]:
    """Yields the usable records, several at a time; the others are rejected.

    Args:
        reader, paths, tokenizer, longest_question: see `SpanCorpus.from_files`.
    """
    records = reader.records(paths)
    while some := list(itertools.islice(records, RECORDS_PER_PIECE)):
        contexts = list(dict.fromkeys(record.values["context"] for record in some))
        found = tokenizer.offsets(contexts)
        rows = zip(*(found[name].to_list() for name in ("token_ids", "starts", "limits")), strict=True)
        placed = {
            text: PlacedTokens.of(text, list(zip(*row, strict=True))) for text, row in zip(contexts, rows, strict=True)
        }
        questions = tokenizer.tokenize([record.values["question"] for record in some]).to_list()
        kept = []
        for record, question in zip(some, questions, strict=True):
            read = _read(record, np.array(question, np.int32), placed[record.values["context"]])
            if len(question) > longest_question:
                fault = f"has {len(question):,} tokens, over the {longest_question:,} that fit in a window with text"
                reader.reject(record.file, record.line, fault, column="question")
            elif read is None:
                reader.reject(record.file, record.line, "has an answer that matches no token", column="answers")
            else:
                kept.append(read)
        yield kept


def _read(record: Record, question: np.ndarray, tokens: PlacedTokens) -> _Read | None:
    answers = record.values["answers"]
    if not answers:
        return _Read(record, question, tokens, ())
    text, start = answers[0]
    span = tokens.span(start, start + len(text))
    return None if span is None else _Read(record, question, tokens, span)


def _pieces(
    reader: Reader,
    paths: Sequence[Path | str],
    tokenizer: Tokenizer,
    longest_question: int,
    progress: Callable[[int], None] | None,
) -> Iterator[tuple[Piece, Mapping[str, int]]]:
    done = 0
    for some in records_with_spans(reader, paths, tokenizer, longest_question=longest_question):
        texts = [each.record.values["context"] for each in some]
        done += sum(map(len, texts))
        if progress is not None:
            progress(done)
        answers = [json.dumps([text for text, _ in each.record.values["answers"]]) for each in some]
        unknown = tokenizer.unknown_id
        piece = {
            "question": [each.question for each in some],
            "context": [each.tokens.ids for each in some],
            "starts": [each.tokens.starts for each in some],
            "limits": [each.tokens.limits for each in some],
            "span": [each.span for each in some],
            "text": [_bytes(text) for text in texts],
            "answers": [_bytes(each) for each in answers],
        }
        counted = {
            "num_bytes": sum(len(each) for each in piece["text"]),
            "num_unknown": 0 if unknown is None else sum(int((ids == unknown).sum()) for ids in piece["context"]),
            "num_without_answer": sum(not each.span for each in some),
        }
        yield {name: _column(rows, COLUMNS[name]) for name, rows in piece.items()}, counted


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8"), np.uint8)


def _column(rows: Sequence[Any], dtype: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = [np.asarray(row, dtype) for row in rows]
    return np.concatenate([np.zeros(0, dtype), *arrays]), np.array([len(row) for row in arrays], np.int64)
