"""Queries, documents and their relevance."""

import re
from collections.abc import Iterator
from pathlib import Path

from ....layers.plain.errors import UserError
from ..text_files import check_text_files
from . import reader as _reader
from .reader import Reader, lines_of, register_reader

ROLES = {"qrels": ("qrel",), "queries": ("quer", "topic"), "documents": ("doc", "coll", "corpus", "passage")}
_TAG = re.compile(r"<[^>]{1,100}>")


@register_reader("trec")
class TrecReader(Reader):
    """Judged pairs of a query and a document, from three files: queries, documents and relevance (`qrels`).

    The file names show which is which: `qrels...`, `quer...` or `topic...`, `doc...`, `coll...` or `corpus...`. Queries
    and documents are an id, a tab and a text per line (MS MARCO; with an optional title between), or TREC's `<top>`
    with `<num>` and `<title>`, and `<DOC>` with `<DOCNO>`. A line of qrels has the query, an iteration, the document
    and the relevance. The texts of judged queries and documents are kept in memory.

    Example:
        >>> for name, text in {"queries": "1\\tcats\\n", "docs": "7\\tThe cat sat.\\n", "qrels": "1 0 7 1\\n"}.items():
        ...     _ = Path(f"{name}.txt").write_text(text)
        >>> reader = TrecReader(["text", "pair", "label"])
        >>> [dict(record.values) for record in reader.records(["queries.txt", "docs.txt", "qrels.txt"])]
        [{'text': 'cats', 'pair': 'The cat sat.', 'label': '1'}]
    """

    gives = ("text", "pair", "label", "query_id", "document_id")
    task = "text_encoder"
    example = "queries.tsv: 1\tcats\ndocuments.tsv: 7\tThe cat sat.\nqrels.txt: 1 0 7 1\n"

    @classmethod
    def files(cls, paths):
        """See `Reader`; relevance first."""
        files = check_text_files(paths)
        roles = {}
        for path in files:
            role = next(
                (role for role, parts in ROLES.items() if any(part in path.name.lower() for part in parts)), None
            )
            if role is None:
                raise UserError(f"{path}: its name must say what it holds: {', '.join(ROLES)}")
            if role in roles:
                raise UserError(f"{roles[role]} and {path} both hold {role}: name one file of each")
            roles[role] = path
        for role in ROLES:
            if role not in roles:
                raise UserError(f"{_reader.shown(files)}: no file with {role}: its name must say so")
        return [roles[role] for role in ROLES]

    def records(self, paths):
        """See `Reader`."""
        relevance, queries, documents = self.files(paths)
        judged = list(self._judged(relevance))
        texts = [
            self._texts(path, wanted)
            for path, wanted in (
                (queries, {query for _, query, _, _ in judged}),
                (documents, {document for _, _, document, _ in judged}),
            )
        ]
        count = 0
        for number, query, document, label in judged:
            for name, found, path in ((query, texts[0], queries), (document, texts[1], documents)):
                if name not in found:
                    self.reject(relevance, number, f"names {name[:60]!r}, which {path} does not have")
                    break
            else:
                values = {"text": texts[0][query], "pair": texts[1][document], "label": label}
                record = self.picked(relevance, number, {**values, "query_id": query, "document_id": document})
                if record is not None:
                    count += 1
                    yield record
        if not count:
            raise UserError(f"{relevance}: no judged pair in it")

    def records_of(self, path):
        """Yields the queries or documents of a file: `query_id` or `document_id`, and `text`."""
        for number, name, text in self.texts(path):
            yield _reader.Record(path, number, {"query_id": name, "document_id": name, "text": text})

    def _judged(self, path: Path) -> Iterator[tuple[int, str, str, str]]:
        seen = set()
        for number, line in lines_of(path):
            cells = line.split()
            if not cells:
                continue
            if len(cells) != 4:
                self.reject(path, number, f"has {len(cells)} columns, not query, iteration, document and relevance")
            elif not re.fullmatch(r"-?\d{1,9}", cells[3]):
                self.reject(path, number, f"has the relevance {cells[3][:40]!r}, which is not a whole number")
            elif (cells[0], cells[2]) in seen:
                self.reject(path, number, f"judges {cells[0][:40]} and {cells[2][:40]} a second time")
            else:
                seen.add((cells[0], cells[2]))
                yield number, cells[0], cells[2], cells[3]

    def _texts(self, path: Path, wanted: set[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, name, text in self.texts(path):
            if name in found:
                self.reject(path, number, f"has the id {name[:60]!r} a second time")
            elif name in wanted:
                found[name] = text
        return found

    def texts(self, path: Path) -> Iterator[tuple[int, str, str]]:
        """Yields line, id and text of every query or document of a file, one after the other."""
        first = next((line for _, line in lines_of(path) if line.strip()), "")
        if first.lstrip().lower().startswith(("<top", "<doc")):
            yield from self._marked(path)
            return
        for number, line in lines_of(path):
            name, tab, text = line.partition("\t")
            if not line.strip():
                continue
            if not tab or not name.strip() or not text.strip():
                self.reject(path, number, "must be an id, a tab and a text")
                continue
            yield number, name.strip(), text.replace("\t", " ").strip()

    def _marked(self, path: Path) -> Iterator[tuple[int, str, str]]:
        block, begun, length = [], 0, 0
        for number, line in lines_of(path):
            small = line.strip().lower()
            if small in ("<top>", "<doc>"):
                block, begun, length = [], number, 0
            elif small in ("</top>", "</doc>"):
                text = "\n".join(block)
                name = re.search(r"<(?:num|docno)>(?:\s*Number:)?\s*([^\s<]+)", text, re.IGNORECASE)
                body = re.search(r"<title>([^<]*)", text, re.IGNORECASE) if small == "</top>" else None
                rest = body[1] if body else _TAG.sub(" ", text.replace(name[0], "", 1)) if name else ""
                rest = " ".join(rest.split())
                if name is None or not rest:
                    self.reject(path, begun, "begins a block without an id or without a text")
                else:
                    yield begun, name[1], rest
                block = []
            else:
                length += len(line)
                if length > _reader.LONGEST_LINE:
                    raise UserError(f"{path}: line {begun} begins a block of over {_reader.LONGEST_LINE:,} characters")
                block.append(line)
