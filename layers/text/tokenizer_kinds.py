"""The kinds of tokenizers, by name; a package from outside adds its own."""

from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from ..plain.did_you_mean import unknown_name_message
from ..plain.errors import UserError

if TYPE_CHECKING:
    from .tokenizer import Tokenizer

TokenizerClass = TypeVar("TokenizerClass", bound="type[Tokenizer]")

OURS = {
    "word": "WordTokenizer",
    "character": "CharacterTokenizer",
    "byte": "ByteTokenizer",
    "wordpiece": "WordPieceTokenizer",
    "bpe": "ByteLevelBPETokenizer",
    "sentencepiece": "SentencePieceTokenizer",
    "llama2c": "Llama2cTokenizer",
}
"""Kind -> name of the class in this package, which need not be loaded for it."""

TOKENIZERS: dict[str, "type[Tokenizer]"] = {}
"""Kind -> class, of those that are loaded. Filled by `register_tokenizer`; look a kind up with `tokenizer_class`."""


def register_tokenizer(cls: TokenizerClass) -> TokenizerClass:
    """Class decorator: makes `load_tokenizer` know the class under its `kind`.

    Args:
        cls: a subclass of `Tokenizer` with a `kind` of its own.

    Returns:
        The class itself.

    Raises:
        ValueError: the class has no kind, or another class holds that kind. (The same class defined again, as when a
            notebook cell is run twice, takes the place of the first.)

    Example:
        >>> from langzoo.layers.text import WordTokenizer
        >>> @register_tokenizer
        ... class SyllableTokenizer(WordTokenizer):
        ...     kind = "syllable"
        >>> tokenizer_class("syllable").__name__
        'SyllableTokenizer'
        >>> del TOKENIZERS["syllable"]
    """
    kind = getattr(cls, "kind", "")
    if not kind:
        raise ValueError(f"kind must be set on {cls.__name__} before it can be registered, got {kind!r}")
    ours = kind in OURS and cls.__module__.rpartition(".")[0] != __package__
    holder = tokenizer_class(kind) if ours else TOKENIZERS.get(kind)
    if holder is not None and (holder.__module__, holder.__qualname__) != (cls.__module__, cls.__qualname__):
        raise ValueError(
            f"kind must be new: {kind!r} of {cls.__module__}.{cls.__qualname__} already belongs to "
            f"{holder.__module__}.{holder.__qualname__}"
        )
    TOKENIZERS[kind] = cls
    return cls


def tokenizer_class(kind: str) -> "type[Tokenizer]":
    """The class registered for a kind.

    Raises:
        UserError: unknown kind; the message names the known ones.
    """
    if kind not in TOKENIZERS and kind in OURS:
        return getattr(import_module(".", __package__), OURS[kind])
    if kind not in TOKENIZERS:
        raise UserError(unknown_name_message("tokenizer kind", kind, {**OURS, **TOKENIZERS}))
    return TOKENIZERS[kind]
