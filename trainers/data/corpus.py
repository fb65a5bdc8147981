"""The interface of tokenized text."""

from typing import Protocol


class Corpus(Protocol):
    """Text as token ids on disk; each task has a corpus class of its own.

    Attributes:
        key: digest of the files' content and of how they were read.
        num_unknown: number of tokens that are not in the vocabulary.
        num_tokens: the number of tokens that `num_unknown` is a part of.
        num_bytes: number of bytes of the text in UTF-8.
    """

    @property
    def key(self) -> str:
        """See the class."""
        ...

    @property
    def num_unknown(self) -> int:
        """See the class."""
        ...

    @property
    def num_tokens(self) -> int:
        """See the class."""
        ...

    @property
    def num_bytes(self) -> int:
        """See the class."""
        ...

    def __len__(self) -> int:
        """The number of items that a loss is counted over: tokens, target tokens, or texts."""
        ...
