"""BERT's word splitter, without TensorFlow."""

import functools

from ...layers.plain.text.bert_characters import CHINESE, folded_character
from ...layers.plain.text.unicode_classes import CONTROL, MARK, PUNCTUATION, SPACE, members

_PART, _ALONE, _SPACE = range(3)


class BertWordSplitter:
    """Cleans text and splits it into words like `layers.text.BertWords`, by the same tables.

    Args:
        lowercase: whether to convert text to lower case.
        strip_accents: whether to decompose characters and remove the marks.
        split_chinese: whether every Chinese character is a word.
        split_punctuation: whether every punctuation sign is a word.
        split_all: whether every character is a word.

    Example:
        >>> BertWordSplitter(lowercase=True, strip_accents=True, split_chinese=True).split("Été 猫!")
        ['ete', '猫', '!']
    """

    def __init__(
        self,
        *,
        lowercase: bool,
        strip_accents: bool,
        split_chinese: bool,
        split_punctuation: bool = True,
        split_all: bool = False,
    ):
        self._lowercase = lowercase
        self._strip_accents = strip_accents
        self._split_chinese = split_chinese
        self._split_punctuation = split_punctuation
        self._split_all = split_all
        self._known: dict[str, list[tuple[str, int]]] = {}

    def split(self, text: str) -> list[str]:
        """Returns the words of a text."""
        return [word for word, _, _ in self.spans(text)]

    def spans(self, text: str) -> list[tuple[str, int, int]]:
        """Returns the words of a text, and where in it each begins and ends, in characters.

        Example:
            >>> options = {"lowercase": False, "strip_accents": False, "split_chinese": True}
            >>> BertWordSplitter(**options).spans("Été 猫!")
            [('Été', 0, 3), ('猫', 4, 5), ('!', 5, 6)]
        """
        return [(word, sources[0], sources[-1] + 1) for word, sources in self.sources(text)]

    def sources(self, text: str) -> list[tuple[str, list[int]]]:
        """Returns the words of a text, and the position in it that each of their characters comes from."""
        words: list[tuple[str, list[int]]] = []
        open_word, sources = "", []
        for place, character in enumerate(text):
            for written, role in self._becomes(character):
                if role == _PART:
                    open_word += written
                    sources.append(place)
                    continue
                if open_word:
                    words.append((open_word, sources))
                    open_word, sources = "", []
                if role == _ALONE:
                    words.append((written, [place]))
        return [*words, (open_word, sources)] if open_word else words

    def normalized(self, text: str) -> str:
        """Returns a text cleaned but not split."""
        return "".join(written for character in text for written, _ in self._becomes(character))

    def normalized_sources(self, text: str) -> list[int]:
        """Returns the position in a text that each character of its cleaned form comes from."""
        return [place for place, character in enumerate(text) for _ in self._becomes(character)]

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
        alone = chinese or self._split_all
        sign = lambda one: self._split_punctuation and punctuation[ord(one)]  # noqa: E731
        return [(one, _ALONE if alone or sign(one) else _PART) for one in written]


@functools.cache
def _classes():
    return members(CONTROL), members(SPACE), members(MARK), members(PUNCTUATION)
