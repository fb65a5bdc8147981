"""The kinds of tokenizers, by name; a package from outside adds its own."""

from typing import TYPE_CHECKING, TypeVar

from ..plain.registry import Registry

if TYPE_CHECKING:
    from .tokenizer import Tokenizer

TokenizerClass = TypeVar("TokenizerClass", bound="type[Tokenizer]")

TOKENIZERS: "Registry[type[Tokenizer]]" = Registry("tokenizer", own_package=__package__ or "")
"""Kind -> class; other packages bring theirs by the entry-point group `langzoo.tokenizer`."""


def register_tokenizer(cls: TokenizerClass) -> TokenizerClass:
    """Class decorator: makes `load_tokenizer` know the class under its `kind`.

    Args:
        cls: a subclass of `Tokenizer` with a `kind` of its own and a docstring.

    Returns:
        The class itself.

    Raises:
        ValueError: the class has no kind or no docstring, or another class holds that kind. (The same class defined
            again, as when a notebook cell is run twice, takes the place of the first.)

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
