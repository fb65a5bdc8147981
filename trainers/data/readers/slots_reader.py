"""Utterances with their slots and intents."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ....layers.plain.errors import UserError
from ....layers.plain.tag_schemes import tag_parts
from ..text_files import check_text_files
from .reader import lines_of, register_reader
from .tagged_reader import MOST_WORDS, TaggedReader, _Sentence

PARTS = ("seq.in", "seq.out", "label")
FIRST, LAST = "BOS", "EOS"


@register_reader("slots")
class SlotsReader(TaggedReader):
    """Words, their slots in BIO and the intent, in the three formats in which SNIPS and ATIS are published.

    These are a word and its slot per line, with the intent on a line of its own and an empty line after it; a line
    `BOS words EOS`, a tab, and `O slots intent` (ATIS); and a folder with the files `seq.in`, `seq.out` and `label`,
    one line per utterance each (Goo et al. 2018).

    Example:
        >>> _ = Path("a.txt").write_text("play O\\nfunky B-playlist\\nPlayMusic\\n\\n")
        >>> [dict(record.values) for record in SlotsReader(["words", "tags", "intent"]).records(["a.txt"])]
        [{'words': ('play', 'funky'), 'tags': ('O', 'B-playlist'), 'intent': 'PlayMusic'}]
    """

    gives = ("words", "tags", "intent")
    example = "play O\nfunky B-playlist\nPlayMusic\n\n"

    def __init__(self, *args: Any, scheme: str = "bio", **kwargs: Any):
        super().__init__(*args, scheme=scheme, **kwargs)

    @classmethod
    def files(cls, paths):
        """See `Reader`; a folder is replaced by its three files."""
        files = []
        for path in map(Path, paths):
            files += [path / part for part in PARTS] if path.is_dir() else [path]
        return check_text_files(files)

    def records_of(self, path):
        """See `Reader`."""
        if path.name in PARTS:
            if path.name != PARTS[0]:
                return  # read together with the words
            sentences = self._of_folder
        else:
            first = next((line for _, line in lines_of(path) if line.strip()), "")
            sentences = self._of_lines if first.startswith(f"{FIRST} ") and "\t" in first else self._of_words
        scheme = self.scheme_in(sentences(path, quiet=True))
        for sentence in sentences(path):
            record = self.tagged(path, sentence, scheme)
            if record is not None:
                yield record

    def _of_words(self, path: Path, *, quiet: bool = False) -> Iterator[_Sentence]:
        words, tags, lines, intent, fault = [], [], [], None, None

        def whole():
            if fault is None and intent is None:
                return lines[
                    -1
                ], "ends an utterance without its intent, which belongs on a line of its own after the words"
            return fault

        for number, line in _with_end(lines_of(path)):
            cells = line.split()
            if not cells:
                if lines:
                    wrong = whole()
                    if wrong is None:
                        yield _Sentence(lines[0], words, tags, lines, intent)
                    elif not quiet:
                        self.reject(path, *wrong)
                words, tags, lines, intent, fault = [], [], [], None, None
                continue
            if len(lines) > MOST_WORDS:
                raise UserError(f"{path}: line {lines[0]} begins an utterance of over {MOST_WORDS:,} words")
            lines.append(number)
            if len(cells) == 1 and words and intent is None:
                intent = cells[0]
            elif len(cells) == 2 and intent is None and tag_parts(cells[1]) is not None:
                words.append(cells[0])
                tags.append(cells[1])
            elif fault is None:
                fault = number, "is neither a word with its slot nor the intent after the last word"

    def _of_lines(self, path: Path, *, quiet: bool = False) -> Iterator[_Sentence]:
        for number, line in lines_of(path):
            if not line.strip():
                continue
            said, _, marked = line.partition("\t")
            words, tags = said.split(), marked.split()
            if len(words) < 3 or (words[0], words[-1]) != (FIRST, LAST):
                fault = f"is not between {FIRST} and {LAST}"
            elif len(words) != len(tags):
                fault = f"has {len(words)} words and {len(tags)} tags, {FIRST}, {LAST} and the intent included"
            else:
                yield _Sentence(number, words[1:-1], tags[1:-1], [], tags[-1])
                continue
            if not quiet:
                self.reject(path, number, fault)

    def _of_folder(self, path: Path, *, quiet: bool = False) -> Iterator[_Sentence]:
        streams = [lines_of(path.parent / part) for part in PARTS]
        while True:
            (number, said), (_, marked), (_, intent) = found = [next(stream, (0, "")) for stream in streams]
            if not any(number for number, _ in found):
                return
            if not all(number for number, _ in found):
                here = max(number for number, _ in found)
                raise UserError(
                    f"{path.parent}: line {here} is in some of {', '.join(PARTS)} only: they must have the same length"
                )
            words, tags = said.split(), marked.split()
            if words and len(words) == len(tags) and intent.strip():
                yield _Sentence(number, words, tags, [], intent.strip())
            elif not quiet:
                self.reject(
                    path, number, f"has {len(words)} words, {len(tags)} slots and the intent {intent.strip()[:40]!r}"
                )


def _with_end(lines):
    """Yields the lines, and an empty one after the last."""
    yield from lines
    yield 0, ""
