"""What tokenizers that cut words into pieces share: a vocabulary, and the names of its special tokens."""

from collections.abc import Iterable
from typing import Any, ClassVar

from .tokenizer import Tokenizer, printable
from .vocabulary import Vocabulary


class SubwordTokenizer(Tokenizer):
    """A vocabulary of pieces with special tokens, which the constructor's options name.

    Args:
        vocabulary: the pieces in the order of their ids.
        options: the constructor's keyword arguments, those of `special_tokens` among them: a name, or None for none.
        **kwargs: as of every Keras layer.

    Raises:
        UserError: a special token is missing from the vocabulary.
    """

    special_tokens: ClassVar[tuple[str, ...]]
    """Names of the options that name special tokens: `end_token`, `mask_token` and the like."""

    def __init__(self, vocabulary: Iterable[str], options: dict[str, Any], **kwargs):
        super().__init__(**kwargs)
        self._options = options
        self._vocabulary = Vocabulary(vocabulary)
        self._special_ids = {name: self._special_id(options[name]) for name in self.special_tokens}
        self._specials = list(dict.fromkeys(options[name] for name in self.special_tokens if options[name]))

    def _special_id(self, token: str | None) -> int | None:
        return self._vocabulary.special_id(token, kind=self.kind)

    @property
    def vocabulary_size(self) -> int:
        """The number of tokens, special tokens included."""
        return len(self._vocabulary)

    @property
    def vocabulary(self) -> list[str]:
        """The tokens in the order of their ids, as in the published files."""
        return list(self._vocabulary)

    @property
    def tokens(self) -> list[str]:
        """The tokens in the order of their ids, with escapes for what does not print."""
        return ["".join(map(_printable, token)) for token in self._vocabulary]

    @property
    def options(self) -> dict[str, Any]:
        """The constructor's keyword arguments but those among `assets`."""
        return dict(self._options)

    @property
    def unknown_id(self) -> int | None:
        """The id of the unknown token, or None."""
        return self._special_ids["unknown_token"]

    @property
    def start_id(self) -> int:
        """The id of the start token, or of the end token where there is none."""
        start_id = self._special_ids["start_token"]
        return self.end_id if start_id is None else start_id

    @property
    def end_id(self) -> int:
        """The id of the end token, or of the separator where there is none."""
        end = "end_token" if "end_token" in self._special_ids else "separator_token"
        return self._special_ids[end]  # pyright: ignore[reportReturnType]  # the constructors see that it is there

    @property
    def separator_id(self) -> int | None:
        """The id of the separator, or None."""
        return self._special_ids["separator_token"]

    @property
    def mask_id(self) -> int | None:
        """The id of the mask, or None."""
        return self._special_ids["mask_token"]

    @property
    def padding_id(self) -> int:
        """The id of the padding token, or 0."""
        return self._special_ids["padding_token"] or 0

    @property
    def special_ids(self) -> tuple[int, ...]:
        """All special tokens but the unknown one."""
        found = {token_id for token_id in self._special_ids.values() if token_id is not None}
        return tuple(sorted(found - {self.unknown_id}))


def _printable(character: str) -> str:
    return character if character == "\\" else printable(character)
