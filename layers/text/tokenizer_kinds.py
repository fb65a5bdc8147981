"""The kinds of tokenizers, by name; other packages can add theirs."""

from typing import TYPE_CHECKING, TypeVar

from ..plain.registry import Registry

if TYPE_CHECKING:
    from .tokenizer import Tokenizer

TokenizerClass = TypeVar("TokenizerClass", bound="type[Tokenizer]")

TOKENIZERS: "Registry[type[Tokenizer]]" = Registry("tokenizer", own_package=__package__ or "")
"""Kind -> class; other packages add theirs by the entry-point group `langzoo.tokenizer`."""


def register_tokenizer(cls: TokenizerClass) -> TokenizerClass:
    """Class decorator that registers a class under its `kind`, for `load_tokenizer`.

    Args:
        cls: a subclass of `Tokenizer` with a `kind` of its own and a docstring.

    Returns:
        The class itself.

    Raises:
        ValueError: the class has no kind or no docstring, or another class has that kind. (The same class defined
            again, e.g. if a notebook cell is run twice, replaces the first.)

    Example:
        >>> from langzoo.layers.text import WordTokenizer
        >>> @register_tokenizer
        ... class SyllableTokenizer(WordTokenizer):
        ...     '''Syllables.'''
        ...     kind = "syllable"
        >>> TOKENIZERS["syllable"].__name__
        'SyllableTokenizer'
    """
    kind = getattr(cls, "kind", "")
    if not kind:
        raise ValueError(f"kind must be set on {cls.__name__} before it can be registered, got {kind!r}")
    return TOKENIZERS.register(kind)(cls)
