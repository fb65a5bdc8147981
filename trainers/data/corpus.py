"""The interface of tokenized text."""

from typing import Protocol


class Corpus(Protocol):
    """Text as token ids on disk; each task reads its own kind.

    Attributes:
        key: digest of the files' content and of how they were read.
        num_unknown: tokens that the vocabulary does not have.
        num_tokens: what `num_unknown` is a share of.
        num_bytes: of the text in UTF-8.
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
        """What a loss is counted over: tokens, target tokens, or texts."""
        ...
