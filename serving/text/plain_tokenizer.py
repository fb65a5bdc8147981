"""The base class of the tokenizers that need no TensorFlow."""

import abc
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ...layers.plain.errors import UserError
from ...layers.plain.text.word_patterns import WHITE_SPACE
from .re2_pattern import re2_pattern

_SPACE = re.compile(re2_pattern(f"[{WHITE_SPACE}]"))


class PlainTokenizer(abc.ABC):
    """Converts text to token ids and back in Python, like the layer of the same kind in `layers.text`.

    A subclass sets `kind`, takes the assets and options of the layer's constructor, and implements `vocabulary_size`,
    `read_assets`, `encode_bytes` and `_written`.

    Example:
        >>> from langzoo.serving.text import load_plain_tokenizer
        >>> tokenizer = load_plain_tokenizer({"tokenizer.json": b'{"format": 1, "kind": "byte"}'})
        >>> tokenizer.encode("a猫"), tokenizer.decode([231, 140, 171]).decode()
        ([97, 231, 140, 171], '猫')
    """

    kind: ClassVar[str]
    """The kind of tokenizer, as in `tokenizer.json`."""

    joins_words: ClassVar[bool] = False
    """Whether `decode` itself puts spaces between words, so that white space at the end of a text has no tokens."""

    @property
    @abc.abstractmethod
    def vocabulary_size(self) -> int:
        """The number of ids, which range from 0 to `vocabulary_size - 1`."""

    @classmethod
    @abc.abstractmethod
    def read_assets(cls, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Reads the constructor's arguments that have files of their own, not yet checked.

        Args:
            files: the files written by `save_assets` of the layer, by name.

        Raises:
            UserError: a file is missing or garbled.
        """

    @abc.abstractmethod
    def encode_bytes(self, text: bytes) -> list[int]:
        """Tokenizes text.

        Args:
            text: UTF-8; invalid bytes are read as U+FFFD (by a byte tokenizer, unchanged).

        Returns:
            Ids. Empty text has none.
        """

    @abc.abstractmethod
    def _written(self, ids: list[int]) -> bytes:
        """Returns the text of ids that are in range."""

    def offsets(self, text: bytes) -> list[tuple[int, int, int]]:
        """Tokenizes text and returns the position of each token, like `Tokenizer.offsets` of the layer.

        Args:
            text: UTF-8.

        Returns:
            For each token its id, and the characters at which it begins and ends.

        Raises:
            UserError: this kind keeps no offsets.
        """
        raise UserError(f"a {self.kind} tokenizer does not keep the places of its tokens in the text")

    def encode(self, text: str) -> list[int]:
        """Tokenizes text.

        Args:
            text: Unicode text.

        Returns:
            Ids. Empty text has none.

        Raises:
            UserError: the text has half a surrogate pair, as broken JSON may.
        """
        try:
            data = text.encode("utf-8")
        except UnicodeEncodeError:
            raise UserError("text holds half a surrogate pair, which is not Unicode: remove it") from None
        return self.encode_bytes(data)

    def decode(self, ids: Sequence[int]) -> bytes:
        """Converts tokens back to text.

        Args:
            ids: the token ids of one text.

        Returns:
            The text; UTF-8 unless the tokens are bytes that are not.

        Raises:
            ValueError: an id is outside `[0, vocabulary_size)`.
        """
        plain = [int(token_id) for token_id in ids]
        for token_id in plain:
            if not 0 <= token_id < self.vocabulary_size:
                raise ValueError(f"ids must be in [0, {self.vocabulary_size}), got {token_id}")
        return self._written(plain)

    def continuation(self, text: bytes, ids: Sequence[int], new_ids: Sequence[int]) -> str:
        """Returns the text of new tokens after a text, like `layers.text.continuation`.

        Args:
            text: UTF-8.
            ids: its tokens, which may include special ones.
            new_ids: the new tokens.
        """
        before, whole = self.decode(ids), self.decode([*ids, *new_ids])
        written = whole[len(before) :]
        dropped = self.joins_words and _ends_with_space(text) and not _ends_with_space(before)
        if dropped and written.startswith(b" "):
            written = written[1:]
        return written.decode("utf-8", errors="replace")


def _ends_with_space(text: bytes) -> bool:
    """Whether the last character is white space, which has at most three bytes."""
    return _SPACE.fullmatch(text[-3:].decode("utf-8", errors="replace")[-1:]) is not None
