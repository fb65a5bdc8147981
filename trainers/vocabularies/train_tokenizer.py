"""Training of a tokenizer of any kind."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.text import (
    ByteLevelBPETokenizer,
    ByteTokenizer,
    CharacterTokenizer,
    Tokenizer,
    WordPieceTokenizer,
    WordTokenizer,
)
from .byte_pair_vocabulary import byte_pair_vocabulary
from .character_vocabulary import character_vocabulary
from .word_piece_vocabulary import word_piece_vocabulary
from .word_vocabulary import word_vocabulary

Trainer = Callable[..., Tokenizer]

TOKENIZER_TRAINERS: dict[str, Trainer] = {}
"""Kind or alias -> function `(lines, *, size, **options) -> Tokenizer`. Filled by `register_tokenizer_trainer`."""


def register_tokenizer_trainer(*names: str) -> Callable[[Trainer], Trainer]:
    """Decorator that registers a function under these names for `train_tokenizer`.

    Args:
        *names: the kind, and its aliases. The function takes `lines` and, by keyword, `size` and its own options.

    Raises:
        ValueError: a name is taken.

    Example:
        >>> @register_tokenizer_trainer("lines")
        ... def train_line_tokenizer(lines, *, size=None):
        ...     return WordTokenizer(["<unk>", "<eos>", *lines][:size])
        >>> train_tokenizer("lines", ["a", "b"]).vocabulary_size
        4
        >>> del TOKENIZER_TRAINERS["lines"]
    """

    def register(trainer: Trainer) -> Trainer:
        for name in names:
            if name in TOKENIZER_TRAINERS:
                raise ValueError(
                    f"names must be new: {name!r} already belongs to {TOKENIZER_TRAINERS[name].__module__}"
                )
        TOKENIZER_TRAINERS.update(dict.fromkeys(names, trainer))
        return trainer

    return register


def train_tokenizer(kind: str, lines: Iterable[str], *, size: int | None = None, **options: Any) -> Tokenizer:
    """Trains a tokenizer.

    Args:
        kind: `"word"`, `"character"` (or `"char"`), `"byte"`, `"wordpiece"`, `"bpe"`, `"unigram"`, or one that an
            outside package has registered.
        lines: the text, as for `word_vocabulary` and `character_vocabulary`. Bytes need none and read none.
        size: maximum vocabulary size; None: no limit, or that of the kind's best-known model (`"wordpiece"`, `"bpe"`).
        **options: the kind's own, e.g. `lowercase=True` and `split="punctuation"` of words.

    Returns:
        The tokenizer, ready for `save_assets`.

    Raises:
        UserError: unknown kind or option, a value that the kind refuses, or text without words.

    Example:
        >>> train_tokenizer("word", ["The cat"], lowercase=True).tokens
        ['<unk>', '<eos>', 'cat', 'the']
    """
    if kind not in TOKENIZER_TRAINERS:
        raise UserError(unknown_name_message("tokenizer kind", kind, TOKENIZER_TRAINERS))
    trainer = TOKENIZER_TRAINERS[kind]
    known = [name for name in list(inspect.signature(trainer).parameters)[1:] if name != "size"]
    for name in options:
        if name not in known:
            raise UserError(f"{name!r} is no option of a {kind} tokenizer; its options: {', '.join(known) or 'none'}")
    try:
        return trainer(lines, size=size, **options)
    except UserError:
        raise
    except ValueError as error:  # from a constructor, whose values come from the user here
        raise UserError(f"{kind} tokenizer: {error}") from error


@register_tokenizer_trainer("word")
def _train_words(
    lines: Iterable[str],
    *,
    size: int | None = None,
    min_frequency: int = 1,
    lowercase: bool = False,
    split: str = "whitespace",
) -> WordTokenizer:
    vocabulary = word_vocabulary(lines, size=size, min_frequency=min_frequency, lowercase=lowercase, split=split)
    return WordTokenizer(vocabulary, lowercase=lowercase, split=split)


@register_tokenizer_trainer("character", "char")
def _train_characters(lines: Iterable[str], *, size: int | None = None) -> CharacterTokenizer:
    return CharacterTokenizer(character_vocabulary(lines, size=size))


@register_tokenizer_trainer("wordpiece")
def _train_word_pieces(
    lines: Iterable[str], *, size: int | None = None, min_frequency: int = 2, lowercase: bool = False
) -> WordPieceTokenizer:
    vocabulary = word_piece_vocabulary(lines, size=size, min_frequency=min_frequency, lowercase=lowercase)
    return WordPieceTokenizer(vocabulary, lowercase=lowercase)


@register_tokenizer_trainer("bpe")
def _train_byte_pairs(
    lines: Iterable[str], *, size: int | None = None, min_frequency: int = 2
) -> ByteLevelBPETokenizer:
    vocabulary, merges = byte_pair_vocabulary(lines, size=size, min_frequency=min_frequency)
    return ByteLevelBPETokenizer(vocabulary, merges=merges)


@register_tokenizer_trainer("byte")
def _train_bytes(lines: Iterable[str], *, size: int | None = None) -> ByteTokenizer:
    del lines  # there is nothing to learn
    tokenizer = ByteTokenizer()
    if size not in (None, tokenizer.vocabulary_size):
        raise UserError(f"size of a byte tokenizer is always {tokenizer.vocabulary_size}, not {size}: leave it out")
    return tokenizer
