"""Text files as one long array of token ids on disk."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from .documents import Separation, documents
from .example_store import RECORDS_PER_PIECE, ExampleStore, Piece
from .masking_units import MaskingUnits
from .readers import Reader, Record
from .skipped_records import SkippedRecords
from .text_files import check_text_files, read_text

Progress = Callable[[int], None]

LINE_ENDS = re.compile(r"\r?\n")


@dataclass(frozen=True)
class TokenCorpus:
    """Token ids of text files, in order, with the data needed to count and to cut them.

    Attributes:
        tokens: int32 (N,), memory-mapped. Each file ends with the end token. Word tokenizers have one for each line.
        line_starts: int64 (L + 1,): line i is `tokens[line_starts[i]:line_starts[i + 1]]`, including its end token.
        num_bytes: number of bytes of the text in UTF-8, including line ends.
        num_unknown: number of tokens that are not in the vocabulary.
        start_id: the token that precedes the first one as its context, and each line read by itself.
        add_start: whether the model reads it before a line; if not, the first token of a line has no context.
        key: digest of the files' content and of the tokenizer; "" if the tokens come from no file.
        skipped: the records of the files that were skipped.
        document_starts: int64 (D + 1,): document i is `tokens[document_starts[i]:document_starts[i + 1]]`, with its end
            token included; None for one document.
        unit_starts: bool (N,): which tokens begin a unit that is masked as a whole, see `MaskingUnits`; None if each
            token is a unit.
    """

    tokens: np.ndarray
    line_starts: np.ndarray
    num_bytes: int
    num_unknown: int
    start_id: int
    key: str = ""
    add_start: bool = True
    skipped: SkippedRecords | None = None
    document_starts: np.ndarray | None = None
    unit_starts: np.ndarray | None = None

    @classmethod
    def from_files(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        *,
        cache: Path | str,
        by_lines: bool = False,
        separation: Separation = "files",
        units: MaskingUnits | None = None,
        reader: Reader | None = None,
        progress: Progress | None = None,
    ) -> "TokenCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`, with a key of their content and the tokenizer.

        Args:
            paths: text files, plain or gzip.
            tokenizer: the tokenizer of the model.
            cache: folder for the result.
            by_lines: read every line as a text of its own, for `LineSource`. It makes a difference if pieces of
                words extend over line ends; without it, such a tokenizer ignores lines, and `line_starts` are those
                of pieces of about a million characters.
            separation: what ends a document; if it is not only the file, `line_starts` are those of documents.
            units: finds the units that are masked as a whole; None for single tokens.
            reader: the reader of the files, each record a line; None for plain text.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: a file is missing, empty or not text, or changes while it is read; errors of the reader;
                documents by lines, or by blank lines, if every line is read as a text.
        """
        files = check_text_files(paths) if reader is None else reader.files(paths)
        if by_lines and separation != "files":
            raise UserError(
                f"data.documents {separation} is for streams and blocks; with arrangement lines every line is a text"
            )
        rows = _rows_of(paths if reader else files, reader, tokenizer, by_lines, separation)
        by_records = by_lines or separation == "lines"
        by_lines = by_lines or not tokenizer.joins_lines
        kind = "lines" if by_lines else "text"
        if separation != "files":
            kind = f"documents by {separation}"
        if reader is not None:
            kind += f"{', a record each,' if by_records else ''} of {reader.key_of(files)}"
        columns = {"tokens": np.int32, "documents": np.uint8, **({"units": np.bool_} if units else {})}
        store = ExampleStore.from_pieces(
            files,
            tokenizer,
            lambda: _with_units(_pieces(rows, tokenizer, progress), units),
            columns=columns,
            kind=kind + (f" in units of {units.key}" if units else ""),
            cache=cache,
            notes=lambda: {"skipped": vars(reader.bad.summary())} if reader else {},
        )
        (tokens, line_starts), start_id = store.columns["tokens"], tokenizer.start_id
        document_starts = store.columns["documents"].starts
        unit_starts = store.columns["units"].values if units else None
        if not len(tokens):
            raise UserError(f"{', '.join(map(str, files))}: no token in it")
        if not tokenizer.add_start and not by_lines and len(tokens) > 1:
            # A model that reads no start token has no context for the very first token: it is only context.
            tokens, line_starts, start_id = tokens[1:], np.maximum(line_starts - 1, 0), int(tokens[0])
            document_starts = np.maximum(document_starts - 1, 0)
            unit_starts = None if unit_starts is None else unit_starts[1:]
        return cls(
            tokens=tokens,
            line_starts=line_starts,
            num_bytes=store.counts["num_bytes"],
            num_unknown=store.counts["num_unknown"],
            start_id=start_id,
            key=store.key,
            add_start=tokenizer.add_start,
            skipped=store.skipped,
            document_starts=document_starts,
            unit_starts=unit_starts,
        )

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def num_tokens(self) -> int:
        """See `Corpus`."""
        return len(self)

    def before(self, start: int, stop: int) -> np.ndarray:
        """The tokens before those of `tokens[start:stop]`, from which each is predicted, the start token first."""
        if start > 0:
            return self.tokens[start - 1 : stop - 1]
        return np.concatenate([[np.int32(self.start_id)], self.tokens[: stop - 1]])[: stop - start]


Rows = Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray]]
"""Text, its ids, and the lengths of the lines and of the documents that end in it."""


def _rows_of(
    files: Sequence[Path | str], reader: Reader | None, tokenizer: Tokenizer, by_lines: bool, separation: Separation
) -> Rows:
    if reader is not None and separation == "lines":
        return _documents(_records(files, reader), tokenizer)
    texts = _texts(files, reader, one_line=by_lines)
    if separation != "files":
        return _documents(documents(texts, separation), tokenizer)
    return _lines(texts, tokenizer, by_lines or not tokenizer.joins_lines)


def _records(files: Sequence[Path | str], reader: Reader) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """Yields each record as a document, with any line ends in it, in the form of `documents`."""
    for some in _several(reader.records(files)):
        texts = [record.values["text"] for record in some]
        found = [(text.rstrip("\r\n"), True) for text in texts]  # readers yield none that is empty
        yield "".join(f"{text}\n" for text in texts), found


def _texts(files: Sequence[Path | str], reader: Reader | None, *, one_line: bool) -> Iterator[tuple[str, bool]]:
    """Pieces of each file's text, and whether each is the last one of its file."""
    for path in files:
        pieces = read_text([path]) if reader is None else _joined(reader.records([path]), one_line=one_line)
        yield from _with_last(pieces)


def _joined(records: Iterator[Record], *, one_line: bool) -> Iterator[str]:
    """Yields the texts of records, in pieces of several; if each is to be one line, its own line ends become spaces."""
    for some in _several(records):
        texts = [record.values["text"] for record in some]
        yield "".join(f"{LINE_ENDS.sub(' ', text) if one_line else text}\n" for text in texts)


def _several(records: Iterator[Record]) -> Iterator[list[Record]]:
    while some := list(itertools.islice(records, RECORDS_PER_PIECE)):
        yield some


def _pieces(rows: Rows, tokenizer: Tokenizer, progress: Progress | None) -> Iterator[tuple[Piece, Mapping[str, int]]]:
    done = 0
    for text, ids, lengths, document_lengths in rows:
        done += len(text)
        if progress is not None:
            progress(done)
        unknown = 0 if tokenizer.unknown_id is None else int((ids == tokenizer.unknown_id).sum())
        counted = {"num_bytes": len(text.encode()), "num_unknown": unknown}
        yield {"tokens": (ids, lengths), "documents": (np.zeros(0, np.uint8), document_lengths)}, counted


def _with_units(
    pieces: Iterator[tuple[Piece, Mapping[str, int]]], units: MaskingUnits | None
) -> Iterator[tuple[Piece, Mapping[str, int]]]:
    for piece, counted in pieces:
        found = {} if units is None else {"units": (units(piece["tokens"][0]), np.zeros(0, np.int64))}
        yield {**piece, **found}, counted


def _lines(texts: Iterator[tuple[str, bool]], tokenizer: Tokenizer, by_lines: bool) -> Rows:
    """Tokenizes line by line; a document is a file."""
    open_length = document = 0  # of the line left open by the last piece, and of the file
    for text, last in texts:
        ids, lengths = _tokenize(text, tokenizer, last, by_lines)
        if len(lengths):
            lengths[0] += open_length
        # A piece ends within a line where the line is too long for one; the next piece continues it.
        whole = last or text.endswith("\n")
        open_length = 0 if whole else int(lengths[-1]) if len(lengths) else open_length
        document += len(ids)
        yield text, ids, lengths if whole else lengths[:-1], np.array([document][: int(last)], np.int64)
        document = 0 if last else document


def _documents(pieces: Iterator[tuple[str, list[tuple[str, bool]]]], tokenizer: Tokenizer) -> Rows:
    """Tokenizes document by document, each ended by the end token."""
    open_length = 0
    for text, found in pieces:
        written, closed = [each for each, _ in found], [ends for _, ends in found]
        rows, lengths = tokenizer.tokenize(written).to_list() if written else [], []
        for row, ends in zip(rows, closed, strict=True):
            if ends and open_length + len(row) and row[-1:] != [tokenizer.end_id]:
                row.append(tokenizer.end_id)
            open_length += len(row)
            if ends and open_length:
                lengths.append(open_length)
                open_length = 0
        ids = np.fromiter(itertools.chain.from_iterable(rows), np.int32)
        yield text, ids, np.array(lengths, np.int64), np.array(lengths, np.int64)


def _with_last(pieces):
    """Yields pairs of a piece and whether it is the last one."""
    before = None
    for piece in pieces:
        if before is not None:
            yield before, False
        before = piece
    if before is not None:
        yield before, True


def _tokenize(text: str, tokenizer: Tokenizer, last: bool, by_lines: bool) -> tuple[np.ndarray, np.ndarray]:
    """Ids and tokens per line of one piece; the end token closes the file unless the last line's end is one already."""
    # Only "\n" ends a line: str.splitlines would also cut at U+2028 and the like, which are text.
    lines = [line + "\n" for line in text.split("\n")] if by_lines else [text + "\n"]
    lines[-1] = lines[-1][:-1]
    ragged = tokenizer.tokenize(lines if lines[-1] else lines[:-1])
    ids, lengths = ragged.flat_values.numpy().astype(np.int32), ragged.row_lengths().numpy()
    if last and (len(ids) == 0 or ids[-1] != tokenizer.end_id):
        ids = np.append(ids, np.int32(tokenizer.end_id))
        lengths[-1] += 1
    return ids, lengths
