"""Tagged words, one per line."""

import re
from collections.abc import Iterator
from pathlib import Path

from ....layers.plain.errors import UserError
from ....layers.plain.tag_schemes import tag_parts
from .reader import lines_of, register_reader
from .tagged_reader import MOST_WORDS, TaggedReader, _Sentence

DOCUMENT = "-DOCSTART-"
_BLANKS = re.compile(r"[ \t]+")


@register_reader("conll")
class ConllReader(TaggedReader):
    """A word and its tag per line, empty lines between sentences: BIO, IOB1, BIOES or BMES, detected from the tags.

    Cells are separated by tabs, or by blanks if a line has no tab. The word is the first and the tag the last,
    unless `--columns words=2 tags=4` gives their numbers. Lines of `-DOCSTART-` and, before a sentence, those that
    begin with `#` and have no tag are skipped.

    Example:
        >>> _ = Path("a.conll").write_text("U.N. I-ORG\\nofficial O\\n\\nEkeus I-PER\\n")
        >>> [record.values["tags"] for record in ConllReader(["words", "tags"]).records(["a.conll"])]
        [('B-ORG', 'O'), ('B-PER',)]
    """

    gives = ("words", "tags")
    example = "Wolff B-PER\nplays O\nin O\nMadrid B-LOC\n\n"

    def __init__(self, *args, **kwargs):
        named = dict(kwargs.pop("named", None) or {})
        self._places = {own: _number(own, named.pop(own)) for own in self.gives if named.get(own, "").isdecimal()}
        super().__init__(*args, named=named, **kwargs)
        self.cells = sorted(self._places.items())

    def records_of(self, path):
        """See `Reader`."""
        scheme = self.scheme_in(self._sentences(path, quiet=True))
        for sentence in self._sentences(path):
            record = self.tagged(path, sentence, scheme)
            if record is not None:
                yield record

    def _sentences(self, path: Path, *, quiet: bool = False) -> Iterator[_Sentence]:
        words, tags, lines, broken, width = [], [], [], False, None
        for number, line in lines_of(path):
            cells = _cells(line)
            if not cells or cells[0] == DOCUMENT:
                if words and not broken:
                    yield _Sentence(lines[0], words, tags, lines)
                words, tags, lines, broken = [], [], [], False
                continue
            if not lines and cells[0].startswith("#") and tag_parts(cells[-1]) is None:
                continue
            fault = None
            if len(cells) < 2:
                fault = "has no tag: it must be a word, a tab or a blank, and its tag"
            elif len(cells) != (width := width or len(cells)):
                fault = f"has {len(cells)} columns, not {width} as the lines before"
            elif max(self._places.values(), default=0) >= width:
                fault = f"has {width} columns, fewer than --columns names"
            elif len(words) >= MOST_WORDS:
                raise UserError(
                    f"{path}: line {lines[0]} begins a sentence of over {MOST_WORDS:,} words: empty lines end one"
                )
            lines.append(number)
            if fault is None:
                words.append(cells[self._places.get("words", 0)])
                tags.append(cells[self._places.get("tags", -1)])
            elif not broken:
                broken = True
                if not quiet:
                    self.reject(path, number, fault)
        if words and not broken:
            yield _Sentence(lines[0], words, tags, lines)


def _cells(line: str) -> list[str]:
    if not line.strip():
        return []
    if "\t" in line:
        return line.rstrip("\t ").split("\t")
    return _BLANKS.split(line.strip(" "))


def _number(name: str, text: str) -> int:
    if text == "0":
        raise UserError(f"--columns {name}=0: columns are counted from 1")
    return int(text) - 1
