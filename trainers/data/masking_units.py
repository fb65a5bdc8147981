"""Units that are masked as a whole: words, and names from a list."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...layers.plain.bounded_lines import bounded_lines
from ...layers.plain.errors import UserError
from ...layers.plain.text.bert_characters import is_chinese
from ...layers.text import Tokenizer
from .word_segmenters import word_segmenter

BORDER = b"\0"


class MaskingUnits:
    """Finds where units that are masked as a whole begin in token ids: words, and names (Sun et al. 2019, ERNIE).

    The tokenizer determines where a word begins: at WordPiece's pieces without `##`, at a space of byte-level BPE (as
    in fairseq's whole-word masking: punctuation belongs to the previous word) or SentencePiece. In Chinese, which has
    no spaces, a segmenter does. A piece that extends over a word boundary makes one unit of both words. Special
    tokens are units of their own.

    Args:
        tokenizer: the tokenizer of the ids.
        segmenter: name of a segmenter for Chinese, see `word_segmenter`.
        names: a text file with one name per line, each of which is one unit wherever it occurs; None for words only.
            If several names begin at the same place, the longest counts.

    Attributes:
        key: what the units depend on in addition to the ids, for caches.

    Raises:
        UserError: the tokenizer does not mark words, the segmenter is not installed, the file is missing, too
            large, not UTF-8 or without a name, or a name has characters that the vocabulary cannot write.

    Example:
        >>> tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "play", "##ing", "cat"])
        >>> MaskingUnits(tokenizer)(tokenizer("playing cat").numpy()).tolist()
        [True, False, True]
    """

    def __init__(self, tokenizer: Tokenizer, *, segmenter: str = "characters", names: Path | str | None = None):
        surfaces: list[bytes] | None = getattr(tokenizer, "surfaces", None)
        if surfaces is None:
            raise UserError(
                f"a {tokenizer.kind} tokenizer does not mark where words begin: use wordpiece, bpe or a SentencePiece "
                "model, or objective.unit token"
            )
        self._surfaces = [surface or BORDER for surface in surfaces]
        self._special = np.array([not surface for surface in surfaces])  # (V,)
        self._opens = np.array([surface[:1].isspace() for surface in self._surfaces]) | self._special
        # Pure white space belongs to the word after it.
        closes = [surface[-1:].isspace() and not surface.isspace() for surface in self._surfaces]
        self._closes = np.array(closes) | self._special
        self._is_wide = np.array([max(surface) >= 0x80 for surface in self._surfaces])
        self._segment, self.key = word_segmenter(segmenter)
        self._names: dict[bytes, dict[int, set[bytes]]] = {}
        if names is not None:
            found = sorted(_read_names(Path(names), tokenizer, self._surfaces))
            for name in found:
                self._names.setdefault(name[:3], {}).setdefault(len(name), set()).add(name)
            self.key += f", names {found}"

    def __call__(self, ids: Any) -> np.ndarray:
        """Whether each of the ids (N,) begins a unit, bool (N,)."""
        ids = np.asarray(ids)
        starts = self._opens[ids]
        starts[1:] |= self._closes[ids[:-1]]
        starts[:1] = True
        for first, stop in _runs(self._is_wide[ids]):
            self._find_chinese(ids, starts, first, stop)
        if self._names:
            self._find_names(ids, starts)
        return starts

    def _find_chinese(self, ids: np.ndarray, starts: np.ndarray, first: int, stop: int) -> None:
        """Marks the words of a run of tokens that may contain Chinese."""
        written = [self._surfaces[token_id] for token_id in ids[first:stop]]
        text = b"".join(written).decode("utf-8", "surrogateescape")
        begins, place = {0: starts[first]}, 0  # byte -> whether a word begins there, in Chinese and after it
        before = False
        for chinese, group in itertools.groupby(text, is_chinese):
            stretch = "".join(group)
            if chinese:
                for word in self._segment(stretch):
                    begins[place] = True
                    size = len(word.encode())
                    inside = itertools.accumulate(len(one.encode()) for one in word[:-1])
                    begins.update((place + each, False) for each in inside)
                    place += size
            else:
                if before:
                    begins[place] = True
                place += len(stretch.encode("utf-8", "surrogateescape"))
            before = chinese
        offsets = itertools.accumulate((len(each) for each in written), initial=0)
        for token, offset in zip(range(first, stop), offsets, strict=False):
            starts[token] = begins.get(offset, starts[token])
        if before and stop < len(ids):
            starts[stop] = True

    def _find_names(self, ids: np.ndarray, starts: np.ndarray) -> None:
        """Makes each name one unit."""
        written = [self._surfaces[token_id] for token_id in ids]
        text = b"".join(written)
        ends = np.cumsum([len(each) for each in written])
        token, after = 0, len(ids)
        while token < after:
            surface = written[token]
            begin = int(ends[token]) - len(surface.lstrip())
            own = starts[token] or is_chinese(surface.decode("utf-8", "replace")[:1])
            lengths = self._names.get(text[begin : begin + 3], {}) if own else {}
            for length in sorted(lengths, reverse=True):
                last = int(np.searchsorted(ends, begin + length))
                whole = last < after and ends[last] == begin + length
                if whole and text[begin : begin + length] in lengths[length] and self._ends_word(ids, starts, last):
                    starts[token], starts[token + 1 : last + 1] = True, False
                    starts[last + 1 : last + 2] = True
                    token = last
                    break
            token += 1

    def _ends_word(self, ids: np.ndarray, starts: np.ndarray, token: int) -> bool:
        if token + 1 == len(ids) or starts[token + 1]:
            return True
        return is_chinese(self._surfaces[ids[token + 1]].decode("utf-8", "replace")[:1])


def _runs(flags: np.ndarray) -> Iterator[tuple[int, int]]:
    """Start and stop of each run of true values."""
    changes = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True)


def _read_names(path: Path, tokenizer: Tokenizer, surfaces: Sequence[bytes]) -> set[bytes]:
    """Reads the names of a file, as encoded by the tokenizer."""
    lines = {number: line for number, line in bounded_lines(path, mend="give a text file, one name per line") if line}
    if not lines:
        raise UserError(f"{path} has no name in it: write one a line")
    found = set()
    for (number, line), ids in zip(lines.items(), tokenizer.tokenize([*lines.values()]).to_list(), strict=True):
        name = b"".join(surfaces[token_id] for token_id in ids).strip()
        if not name or tokenizer.unknown_id in ids or BORDER in name:
            raise UserError(
                f"{path} line {number}: the vocabulary cannot write {line[:60]!r}; leave it out, or use another "
                "tokenizer"
            )
        found.add(name)
    return found
