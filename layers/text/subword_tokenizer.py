"""The base class of subword tokenizers: a vocabulary, and the names of its special tokens."""

from collections.abc import Iterable
from typing import Any, ClassVar

from typing_extensions import Self

from ..plain.text.added_token import AddedToken, check_added_tokens, found_tokens, ids_in_vocabulary, read_added_tokens
from ..plain.text.vocabulary import Vocabulary
from .tokenizer import Tokenizer, printable


class SubwordTokenizer(Tokenizer):
    """A tokenizer with a vocabulary of pieces and special tokens that the constructor's options name.

    Args:
        vocabulary: the pieces in the order of their ids.
        options: the constructor's keyword arguments, including those of `special_tokens`: a name, or None for none;
            and `added_tokens`, further tokens of the vocabulary to recognize in text.
        strips_left: the option of the special token that absorbs the white space before it; None if there is none.
        **kwargs: as for every Keras layer.

    Raises:
        UserError: a special or an added token is missing from the vocabulary.
        ValueError: `added_tokens` is invalid.
    """

    special_tokens: ClassVar[tuple[str, ...]]
    """The options that name special tokens: `end_token`, `mask_token` and so on."""

    def __init__(self, vocabulary: Iterable[str], options: dict[str, Any], *, strips_left: str | None = None, **kwargs):
        super().__init__(**kwargs)
        self._added = read_added_tokens(options["added_tokens"])
        self._options = {**options, "added_tokens": [token.to_option() for token in self._added]}
        self._vocabulary = Vocabulary(vocabulary)
        self._special_ids = {name: self._special_id(options[name]) for name in self.special_tokens}
        roles = list(dict.fromkeys(options[name] for name in self.special_tokens if options[name]))
        self._found = found_tokens(roles, self._added, strips_left=options[strips_left] if strips_left else None)
        check_added_tokens(self._found)
        self._found_ids = ids_in_vocabulary(self._found, self._vocabulary, kind=self.kind)

    def _special_id(self, token: str | None) -> int | None:
        return self._vocabulary.special_id(token, kind=self.kind)

    def _found_with(self, *, normalized: bool) -> dict[str, Any]:
        """Returns the arguments of an `AddedTokenSplitter` for the tokens that are (not) normalized."""
        tokens: list[AddedToken] = [token for token in self._found if token.normalized == normalized]
        return {"tokens": tokens, "token_ids": [self._found_ids[token.content] for token in tokens]}

    def with_added_tokens(self, contents: Iterable[str]) -> Self:
        """Returns a tokenizer with further added tokens; those that the vocabulary lacks get the next ids.

        Args:
            contents: texts of the tokens.

        Raises:
            UserError: one is empty, or has a line end or a zero byte.
        """
        known = {token.content for token in self._found}
        new = [content for content in dict.fromkeys(contents) if content not in known]
        vocabulary = [*self.vocabulary, *(content for content in new if content not in self.vocabulary)]
        added = [*self.options["added_tokens"], *({"content": content} for content in new)]
        return type(self)(**{**self.assets, "vocabulary": vocabulary}, **{**self.options, "added_tokens": added})

    @property
    def found_tokens(self) -> tuple[AddedToken, ...]:
        """The tokens that are recognized in text: special and added ones."""
        return self._found

    @property
    def vocabulary_size(self) -> int:
        """The number of tokens, including special tokens."""
        return len(self._vocabulary)

    @property
    def vocabulary(self) -> list[str]:
        """The tokens in the order of their ids, as in the published files."""
        return list(self._vocabulary)

    @property
    def tokens(self) -> list[str]:
        """The tokens in the order of their ids, with escapes for unprintable characters."""
        return ["".join(map(_printable, token)) for token in self._vocabulary]

    @property
    def options(self) -> dict[str, Any]:
        """The constructor's keyword arguments except those in `assets`."""
        return dict(self._options)

    @property
    def unknown_id(self) -> int | None:
        """The id of the unknown token, or None."""
        return self._special_ids["unknown_token"]

    @property
    def start_id(self) -> int:
        """The id of the start token, or of the end token if there is none."""
        start_id = self._special_ids["start_token"]
        return self.end_id if start_id is None else start_id

    @property
    def end_id(self) -> int:
        """The id of the end token, or of the separator if there is none."""
        end = "end_token" if "end_token" in self._special_ids else "separator_token"
        return self._special_ids[end]  # pyright: ignore[reportReturnType]  # checked by the constructors

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
        """All special tokens except the unknown one, including added ones."""
        found = {token_id for token_id in self._special_ids.values() if token_id is not None}
        found |= {self._found_ids[token.content] for token in self._added if token.special}
        return tuple(sorted(found - {self.unknown_id}))


def _printable(character: str) -> str:
    return character if character == "\\" else printable(character)
