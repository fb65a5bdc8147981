"""BERT's word splitter, without TensorFlow."""

import functools

from ...layers.plain.text.bert_characters import CHINESE, folded_character
from ...layers.plain.text.unicode_classes import CONTROL, MARK, PUNCTUATION, SPACE, members

_PART, _ALONE, _SPACE = range(3)


class BertWordSplitter:
    """Cleans text up and cuts it into words, as `layers.text.BertWords` does, by the same tables.

    Args:
        lowercase: lower the case.
        strip_accents: decompose characters and remove the marks.
        split_chinese: every Chinese character is a word.

    Example:
        >>> BertWordSplitter(lowercase=True, strip_accents=True, split_chinese=True).split("Été 猫!")
        ['ete', '猫', '!']
    """

    def __init__(self, *, lowercase: bool, strip_accents: bool, split_chinese: bool):
        self._lowercase = lowercase
        self._strip_accents = strip_accents
        self._split_chinese = split_chinese
        self._known: dict[str, list[tuple[str, int]]] = {}

    def split(self, text: str) -> list[str]:
        """The words of a text."""
        words, open_word = [], ""
        for character in text:
            for written, role in self._becomes(character):
                if role == _PART:
                    open_word += written
                    continue
                if open_word:
                    words.append(open_word)
                    open_word = ""
                if role == _ALONE:
                    words.append(written)
        return [*words, open_word] if open_word else words

    def normalized(self, text: str) -> str:
        """A text that is cleaned up and not cut."""
        return "".join(written for character in text for written, _ in self._becomes(character))

    def _becomes(self, character: str) -> list[tuple[str, int]]:
        if character not in self._known:
            self._known[character] = self._written(ord(character))
        return self._known[character]

    def _written(self, point: int) -> list[tuple[str, int]]:
        control, space, mark, punctuation = _classes()
        if space[point]:
            return [(" ", _SPACE)]
        if control[point]:
            return []
        written = folded_character(point, lowercase=self._lowercase, decompose=self._strip_accents)
        if self._strip_accents:
            written = [one for one in written if not mark[ord(one)]]
        chinese = self._split_chinese and any(first <= point < limit for first, limit in CHINESE)
        return [(one, _ALONE if chinese or punctuation[ord(one)] else _PART) for one in written]


@functools.cache
def _classes():
    return members(CONTROL), members(SPACE), members(MARK), members(PUNCTUATION)
