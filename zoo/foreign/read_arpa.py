"""Reading of back-off models from ARPA files."""

import contextlib
import gzip
import math
import re
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.plain.read_file import check_regular_file
from ...layers.plain.text.special_tokens import END_TOKEN, UNKNOWN_TOKEN
from ...layers.probabilistic import BackoffModel, NgramTrie

START, END, UNKNOWN = b"<s>", b"</s>", b"<unk>"
OTHER_UNKNOWN = b"<UNK>"  # in some files, which KenLM reads, too
HIGHEST_ORDER = 10
IMPOSSIBLE = -99.0
LONGEST_LINE = 1 << 16
MOST_IDLE_LINES = 10_000  # before the header, or consecutive empty ones: gzip packs billions of them into a small file
LOWEST, HIGHEST = -1000.0, 1000.0
SLACK = 1e-3  # tolerance above one, for sums of rounded probabilities
LN_10 = math.log(10)
_GZIP = b"\x1f\x8b"


def is_arpa(path: Path) -> bool:
    """Whether a file is an ARPA file, plain or gzip, by its name or its beginning."""
    if not path.is_file():
        return False
    if path.name.endswith((".arpa", ".arpa.gz")):
        return True
    with contextlib.suppress(OSError, EOFError, zlib.error), _opened(path) as file:
        return file.read(4096).lstrip().startswith(b"\\data\\")
    return False


def read_arpa(path: Path | str) -> tuple[BackoffModel, list[str], bool]:
    r"""Reads a back-off model that SRILM, KenLM or this package wrote, plain or gzip.

    It reads line by line, so that memory depends on the content of the file, not on its header. `<s>` and `</s>` are
    one token here, `<eos>`: it is first in n-grams that begin a text and last in those that end one.

    Returns:
        The model; the words in the order of their ids, `<unk>` and `<eos>` first; and whether the file has `<unk>`,
        which otherwise is a word with probability 10^-99.

    Raises:
        UserError: there is no such file; or, with its line: a truncated file, numbers of n-grams that differ from the
            header, a probability that is above one or not a number, probabilities that sum to more than one, an unknown
            word or context, or a duplicate n-gram.
    """
    path = Path(path)
    check_regular_file(path)
    try:
        with _opened(path) as file:
            return _Reader(path, file).read()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UserError(f"{path} is a damaged gzip file: {error}") from None


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with open(path, "rb") as file:
        packed = file.read(2) == _GZIP
        file.seek(0)
        if not packed:
            yield file
            return
        with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
            yield unpacked  # type: ignore[misc]


class _Reader:
    """One pass over a file."""

    def __init__(self, path: Path, file: BinaryIO):
        self._path, self._file, self._line = path, file, 0
        self._ids = {UNKNOWN: 0, END: 1}

    def read(self) -> tuple[BackoffModel, list[str], bool]:
        sizes = self._header()
        logs, backoffs, has_unknown = [], [], False
        trie = NgramTrie(1, [], [])
        for order, size in enumerate(sizes, start=1):
            begin, words, values, weights = self._section(order, size, highest=order == len(sizes))
            if order == 1:
                trie, has_unknown = NgramTrie(len(self._ids), [], []), bool((words == 0).any())
                values, weights = self._words(begin, words, values, weights)
            else:
                trie, place = self._longer(order, begin, words.reshape(-1, order), values, trie)
                values, weights = values[place], weights[place]
            logs.append(values * LN_10)
            backoffs.append(weights * LN_10)
        if self._next().strip() != b"\\end\\":
            self._fail("must be \\end\\")
        names = {UNKNOWN: UNKNOWN_TOKEN, END: END_TOKEN}
        words = [names.get(word) or word.decode("utf-8") for word in self._ids]
        return BackoffModel(trie, logs, backoffs[:-1]), words, has_unknown

    def _fail(self, what: str, *, line: int | None = None) -> NoReturn:
        raise UserError(f"{self._path}, line {self._line if line is None else line:,}: {what}")

    def _next(self) -> bytes:
        """The next non-empty line."""
        for _ in range(MOST_IDLE_LINES):
            data = self._file.readline(LONGEST_LINE)
            if not data:
                self._fail("the file ends here, before \\end\\: it was cut; copy it again")
            self._line += 1
            if len(data) == LONGEST_LINE:
                self._fail(f"is longer than {LONGEST_LINE:,} bytes")
            if data.strip():
                return data
        self._fail(f"the {MOST_IDLE_LINES:,} lines up to here are empty")

    def _header(self) -> list[int]:
        """The numbers of n-grams of each order."""
        while self._next().strip() != b"\\data\\":
            if self._line >= MOST_IDLE_LINES:
                self._fail(
                    f"there is no \\data\\ in the first {MOST_IDLE_LINES:,} lines, with which an ARPA file begins"
                )
        sizes: list[int] = []
        while (line := self._next().strip()).startswith(b"ngram"):
            found = re.fullmatch(rb"ngram\s+(\d{1,3})\s*=\s*(\d{1,20})", line)
            if found is None or int(found[1]) != len(sizes) + 1:
                self._fail(f"must be ngram {len(sizes) + 1}=NUMBER, not {_shown(line)}")
            sizes.append(int(found[2]))
            if sizes[-1] >= 2**31:
                self._fail(f"{sizes[-1]:,} n-grams are more than can be read")
            if len(sizes) > HIGHEST_ORDER:
                self._fail(f"n-grams of more than {HIGHEST_ORDER} words are not read")
        if not sizes or not sizes[0]:
            self._fail("the header must have ngram 1=NUMBER, 1 at least")
        self._title(line, 1)
        return sizes

    def _title(self, line: bytes, order: int) -> None:
        if line != b"\\%d-grams:" % order:
            self._fail(f"must be \\{order}-grams:, not {_shown(line)}")

    def _section(self, order: int, size: int, *, highest: bool):
        """The first line, the words (size * order), and the log10 probabilities and weights of an order."""
        if order > 1:
            self._title(self._next().strip(), order)
        words, values, weights = array("i"), array("d"), array("d")
        begin = self._line + 1
        for done in range(size):
            line = self._file.readline(LONGEST_LINE)
            self._line += 1
            fields = [UNKNOWN if field == OTHER_UNKNOWN else field for field in line.split()]
            if not fields or fields[0].startswith(b"\\"):
                if not line:
                    self._fail("the file ends here, before \\end\\: it was cut; copy it again")
                self._fail(f"the header has {size:,} n-grams of order {order}, of which there are {done:,}")
            if len(line) == LONGEST_LINE:
                self._fail(f"is longer than {LONGEST_LINE:,} bytes")
            if not line.endswith(b"\n"):
                self._fail("the file ends here, within a line: it was cut; copy it again")
            if not order < len(fields) <= order + 2 - highest:
                self._fail(
                    f"must be a number, {order} words{'' if highest else ' and perhaps a number'}: {_shown(line)}"
                )
            values.append(self._number(fields[0], highest=0.0, what="log10 of a probability"))
            has_weight = len(fields) == order + 2
            weights.append(self._number(fields[-1], highest=HIGHEST, what="a weight") if has_weight else 0.0)
            words.extend(self._new_word(fields[1]) if order == 1 else self._known_words(fields[1 : order + 1]))
        if size and (line := self._file.readline(LONGEST_LINE)).strip():
            self._line += 1
            if not line.startswith(b"\\"):
                self._fail(f"the header has {size:,} n-grams of order {order}, of which this is one more")
            self._fail("must be empty, as before every section")
        self._line += bool(size)
        return begin, np.array(words, np.int32), np.array(values), np.array(weights)

    def _number(self, text: bytes, *, highest: float, what: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if value > highest and highest == 0 and math.isfinite(value):
            self._fail(f"a probability is over one: its log10 is {_shown(text)}")
        if not LOWEST <= value <= highest:
            self._fail(f"{what} must be a number from {LOWEST:g} to {highest:g}, not {_shown(text)}")
        return value

    def _new_word(self, word: bytes) -> tuple[int]:
        if word == START:
            return (-1,)
        if word in (UNKNOWN, END):
            return (self._ids[word],)
        if word in self._ids:
            self._fail(f"the word {_shown(word)} is there twice")
        if word == END_TOKEN.encode():
            self._fail(f"{END_TOKEN} is what this package calls </s>: rename the word")
        try:
            word.decode("utf-8")
        except UnicodeDecodeError:
            self._fail(f"the word {_shown(word)} is not UTF-8")
        self._ids[word] = len(self._ids)
        return (self._ids[word],)

    def _known_words(self, words: list[bytes]) -> list[int]:
        found = [self._ids.get(word, -1) for word in words]
        if words[0] == START:
            found[0] = 1
        elif words[0] == END:
            self._fail("</s> stands before a word")
        if -1 in found:
            word = words[found.index(-1)]
            self._fail(
                "<s> stands after a word" if word == START else f"{_shown(word)} is not one of the words of order 1"
            )
        if 1 in found[1:-1]:
            self._fail("</s> stands before a word")
        return found

    def _words(self, begin: int, words: np.ndarray, values: np.ndarray, weights: np.ndarray):
        """Probabilities and weights in the order of the ids; <s> was read as word -1, and gives <eos> its weight."""
        if len(np.unique(words)) < len(words):
            self._fail("<unk>, <s> or </s> is there twice", line=begin)
        if 1 not in words:
            self._fail("the words must have </s>", line=begin)
        drawn = words >= 0
        total = float(np.sum(10.0 ** values[drawn]))
        if total > 1 + SLACK:
            self._fail(f"the probabilities of the words from here on sum to {total:.4g}, over one", line=begin)
        logs, own = np.full(len(self._ids), IMPOSSIBLE), np.zeros(len(self._ids))
        logs[words[drawn]] = values[drawn]
        own[words[drawn]] = weights[drawn]
        own[1] = weights[~drawn].sum()
        return logs, own

    def _longer(self, order: int, begin: int, words: np.ndarray, values: np.ndarray, trie: NgramTrie):
        """The trie with the n-grams of an order, and the index of each in the file."""
        contexts = words[:, 0].astype(np.int64)
        for depth in range(2, order):
            contexts = trie.find(depth, contexts, words[:, depth - 1])
        if (contexts < 0).any():
            line = begin + int(np.argmax(contexts < 0))
            self._fail(f"the first {order - 1} words are not one of the n-grams of order {order - 1}", line=line)
        place = np.lexsort([words[:, -1], contexts])
        contexts, last = contexts[place], words[place, -1]
        twice = np.flatnonzero((np.diff(contexts) == 0) & (np.diff(last) == 0))
        if len(twice):
            self._fail("the n-gram is there twice", line=begin + int(place[twice + 1].min()))
        sums = np.bincount(contexts, weights=10.0 ** values[place])
        if len(sums) and sums.max() > 1 + SLACK:
            line = begin + int(place[contexts == np.argmax(sums)].min())
            self._fail(f"the probabilities after these words sum to {sums.max():.4g}, over one", line=line)
        longer = NgramTrie(trie.vocabulary_size, [*trie.contexts, contexts.astype(np.int32)], [*trie.words, last])
        return longer, place


def _shown(text: bytes) -> str:
    return repr(text.strip()[:40].decode("utf-8", "replace"))
