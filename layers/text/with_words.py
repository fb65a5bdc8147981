"""Words that a tokenizer takes into its vocabulary."""

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
    """A tokenizer that reads further words as one token each; the ids of the others stay.

    To a WordPiece vocabulary a word is added as a row, as BERT's authors advise, so that longer words begin with it,
    too, and none is cut in its middle. What that tokenizer cuts before it looks into its vocabulary (Chinese, words
    with hyphens) becomes an added token, which is found wherever it is written. Byte-level BPE and SentencePiece get
    added tokens that begin with the space in front of the word, as it stands in running text; Chinese without one.

    Args:
        tokenizer: of pieces.
        words: what is to be one token; what is one already is passed over.

    Raises:
        UserError: a kind that takes no words; or a word that the vocabulary cannot write, since a character of it is
            unknown.

    Example:
        >>> grown = with_words(tokenizer, ["covid"])
        >>> grown.vocabulary_size - tokenizer.vocabulary_size, len(grown("covid"))
        (1, 1)
    """
    if not isinstance(tokenizer, WordPieceTokenizer | ByteLevelBPETokenizer | SentencePieceTokenizer):
        raise UserError(
            f"a {tokenizer.kind} tokenizer takes no words more, since it knows none in pieces: take a model whose "
            "tokenizer is wordpiece, bpe or sentencepiece"
        )
    new = []
    for word in dict.fromkeys(words):
        pieces = tokenizer.tokenize(_written(tokenizer, word)).numpy().tolist()
        if not pieces or tokenizer.unknown_id in pieces:
            raise UserError(f"the vocabulary cannot write {word!r}, of which a character is unknown: leave it out")
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
    """A word as it stands in text."""
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
