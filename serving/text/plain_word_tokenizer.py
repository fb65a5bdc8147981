"""A word tokenizer without TensorFlow."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ...layers.plain.text.special_tokens import END_TOKEN, UNKNOWN_TOKEN
from ...layers.plain.text.vocabulary import Vocabulary
from ...layers.plain.text.word_patterns import OPENS, check_word_options, check_word_vocabulary
from .asset_files import vocabulary_asset
from .plain_tokenizer import PlainTokenizer
from .plain_words import is_glued, spacing_rules, split_plain_words, word_sources


class PlainWordTokenizer(PlainTokenizer):
    r"""The plain version of `layers.text.WordTokenizer`, with the same patterns.

    Args:
        vocabulary: the words in the order of their ids.
        lowercase: whether to convert text to lower case first.
        split: `"whitespace"` or `"punctuation"`.

    Raises:
        UserError: the vocabulary is invalid.
        ValueError: an option is invalid.

    Example:
        >>> tokenizer = PlainWordTokenizer(["<unk>", "<eos>", "the", "cat", "猫", "!"], split="punctuation")
        >>> tokenizer.encode("the cat!\n猫 purrs"), tokenizer.decode([2, 3, 5, 1, 4]).decode()
        ([2, 3, 5, 1, 4, 0], 'the cat!\n猫')
    """

    kind: ClassVar[str] = "word"
    joins_words: ClassVar[bool] = True

    def __init__(self, vocabulary: Iterable[str], *, lowercase: bool = False, split: str = "whitespace"):
        check_word_options(lowercase, split)
        self._vocabulary = Vocabulary(vocabulary)
        check_word_vocabulary(self._vocabulary)
        self._lowercase = lowercase
        self._split = split
        self._rules_of: dict[int, int] = {}

    @property
    def vocabulary_size(self) -> int:
        """The number of words."""
        return len(self._vocabulary)

    @classmethod
    def read_assets(cls, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Reads the vocabulary."""
        return {"vocabulary": vocabulary_asset(files, quoted=False)}

    def encode_bytes(self, text: bytes) -> list[int]:
        """Returns one token per word."""
        unknown_id = self._vocabulary.id(UNKNOWN_TOKEN)
        words = split_plain_words(text.decode("utf-8", "replace"), split=self._split, lowercase=self._lowercase)
        ids = [self._vocabulary.id(word) for word in words]
        return [unknown_id if token_id is None else token_id for token_id in ids]  # pyright: ignore[reportReturnType]

    def offsets(self, text: bytes) -> list[tuple[int, int, int]]:
        """A word covers the original text, with its case."""
        whole = text.decode("utf-8", "replace")
        words = split_plain_words(whole, split=self._split, lowercase=self._lowercase)
        sources = word_sources(whole, lowercase=self._lowercase)
        ends = list(itertools.accumulate(map(len, words)))
        places = [(sources[end - len(word)], sources[end - 1] + 1) for word, end in zip(words, ends, strict=True)]
        return [(token_id, *place) for token_id, place in zip(self.encode_bytes(text), places, strict=True)]

    def _written(self, ids: list[int]) -> bytes:
        """Joins words like `layers.text.join_words`."""
        text, left = [], OPENS
        for token_id in ids:
            word, right = self._vocabulary[token_id], self._rules(token_id)
            text += ["" if is_glued(left, right) else " ", "\n" if word == END_TOKEN else word]
            left = right
        return "".join(text).encode()

    def _rules(self, token_id: int) -> int:
        """Returns a word's rules, computed on demand: most words of a vocabulary are never decoded."""
        if token_id not in self._rules_of:
            self._rules_of[token_id] = spacing_rules(self._vocabulary[token_id], split=self._split)
        return self._rules_of[token_id]
