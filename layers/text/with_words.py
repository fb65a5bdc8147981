"""Adding words to the vocabulary of a tokenizer."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from ..plain.errors import UserError
from ..plain.text.bert_characters import is_chinese
from .byte_level_bpe_tokenizer import ByteLevelBPETokenizer
from .sentence_piece_tokenizer import SentencePieceTokenizer
from .tokenizer import Tokenizer
from .word_piece_tokenizer import WordPieceTokenizer


def with_words(tokenizer: Tokenizer, words: Sequence[str]) -> Tokenizer:
    """Returns a tokenizer with further words as one token each; the ids of the others do not change.

    For WordPiece, a word is added to the vocabulary, as BERT's authors advise, so that longer words may begin with it
    and no word is split inside. Words that the tokenizer splits before it looks them up (Chinese, words with hyphens)
    become added tokens, which are found everywhere. For byte-level BPE and SentencePiece, words become added tokens
    that begin with the space before the word, as in running text; Chinese ones without a space.

    Args:
        tokenizer: a tokenizer with pieces.
        words: words to add as one token each; words that are one token already are skipped.

    Raises:
        UserError: the kind of tokenizer does not support it; or the vocabulary cannot write a word, since it has an
            unknown character.

    Example:
        >>> grown = with_words(tokenizer, ["covid"])
        >>> grown.vocabulary_size - tokenizer.vocabulary_size, len(grown("covid"))
        (1, 1)
    """
    if not isinstance(tokenizer, WordPieceTokenizer | ByteLevelBPETokenizer | SentencePieceTokenizer):
        raise UserError(
            f"a {tokenizer.kind} tokenizer takes no more words, since it has no pieces of words: take a model whose "
            "tokenizer is wordpiece, bpe or sentencepiece"
        )
    new = []
    for word in dict.fromkeys(words):
        pieces = tokenizer.tokenize(_written(tokenizer, word)).numpy().tolist()
        if not pieces or tokenizer.unknown_id in pieces:
            raise UserError(f"the vocabulary cannot write {word!r}, which has an unknown character: leave it out")
        if len(pieces) > 1:
            new.append(word)
    if not new:
        return tokenizer
    if isinstance(tokenizer, WordPieceTokenizer):
        return _with_rows(tokenizer, new)
    found = [{"content": _written(tokenizer, word)} for word in new]
    if isinstance(tokenizer, ByteLevelBPETokenizer):
        return tokenizer.with_added_tokens(token["content"] for token in found)
    options = {**tokenizer.options, "added_tokens": [*tokenizer.options["added_tokens"], *found]}
    return type(tokenizer)(**{**tokenizer.assets, **options})


def _written(tokenizer: Tokenizer, word: str) -> str:
    """Returns a word as it occurs in text."""
    return word if isinstance(tokenizer, WordPieceTokenizer) or is_chinese(word[:1]) else f" {word}"


def _with_rows(tokenizer: WordPieceTokenizer, words: Sequence[str]) -> WordPieceTokenizer:
    normalized = list(dict.fromkeys(tokenizer.normalized(word) for word in words))
    known = {*tokenizer.vocabulary}
    assets: dict[str, Any] = {
        "vocabulary": [*tokenizer.vocabulary, *(word for word in normalized if word not in known)]
    }
    grown = type(tokenizer)(**assets, **tokenizer.options)
    rows = grown.tokenize(tf.constant(normalized)).row_lengths().numpy()
    if (rows == 1).all():
        return grown
    in_rows = [word for word, length in zip(normalized, rows, strict=True) if length == 1]
    others = [word for word, length in zip(normalized, rows, strict=True) if length > 1]
    options = tokenizer.options
    added = [*options["added_tokens"], *({"content": word, "normalized": True} for word in others)]
    vocabulary = [*tokenizer.vocabulary, *in_rows, *others]
    return type(tokenizer)(vocabulary, **{**options, "added_tokens": added})
