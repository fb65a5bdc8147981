"""Vocabularies in the one file of Hugging Face's `tokenizers` library."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...layers.errors import UserError
from .tokenizer_settings import byte_level_options, word_piece_options

if TYPE_CHECKING:
    from ...layers.text import Tokenizer

_HINT = "name the vocabulary or the .model file with --tokenizer"


def tokenizer_from_fast(fast: Mapping[str, Any], settings: Mapping[str, Any], path: Path) -> "Tokenizer":
    """The tokenizer of a `tokenizer.json`: BERT's WordPiece, or byte-level BPE as GPT-2 and RoBERTa have it.

    Args:
        fast: what the file holds.
        settings: what `tokenizer_config.json` holds.
        path: the file, for messages.

    Raises:
        UserError: of another kind, or damaged.
    """
    model = fast.get("model")
    if not isinstance(model, dict):
        raise UserError(f"{path} has no model: copy it again")
    kind = model.get("type") or ("BPE" if "merges" in model else "WordPiece")  # older files leave it out
    if kind == "WordPiece":
        return _word_piece(fast, model, settings, path)
    if kind == "BPE" and not model.get("byte_fallback"):
        return _byte_level(fast, model, settings, path)
    raise UserError(
        f"{path} holds a vocabulary of the kind {str(kind)[:40]!r}, which is read from a .model file: {_HINT}"
    )


def _word_piece(fast, model, settings, path):
    from ...layers.text import WordPieceTokenizer

    tokens = _tokens(fast, model, path)
    if model.get("continuing_subword_prefix", "##") != "##":
        raise UserError(f"{path}: continuing_subword_prefix must be '##'")
    options = word_piece_options(settings, fast, tokens)
    longest = model.get("max_input_chars_per_word", 100)
    try:
        return WordPieceTokenizer(tokens, max_characters_per_word=longest, **options)
    except ValueError as error:
        raise UserError(f"{path}: {error}") from error


def _byte_level(fast, model, settings, path):
    from ...layers.text import ByteLevelBPETokenizer

    splitter = fast.get("pre_tokenizer")
    byte_level = isinstance(splitter, dict) and splitter.get("type") == "ByteLevel" and splitter.get("use_regex", True)
    plain = fast.get("normalizer") is None and not any(
        model.get(key) for key in ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "ignore_merges")
    )
    if not byte_level or not plain:
        raise UserError(f"{path} does not cut text as GPT-2 does (ByteLevel alone), which is not supported: {_HINT}")
    merges = model.get("merges")
    if not isinstance(merges, list):
        raise UserError(f"{path} has no merges: copy it again")
    lines = [" ".join(merge) if _is_pair(merge) else merge for merge in merges]
    tokens = _tokens(fast, model, path)
    prefix = {"add_prefix_space": bool(splitter.get("add_prefix_space", False))}
    try:
        return ByteLevelBPETokenizer(tokens, merges=lines, **byte_level_options({**settings, **prefix}, tokens))
    except ValueError as error:
        raise UserError(f"{path}: {error}") from error


def _tokens(fast: Mapping[str, Any], model: Mapping[str, Any], path: Path) -> list[str]:
    """The tokens in the order of their ids, those added behind the vocabulary included."""
    vocabulary, added = model.get("vocab"), fast.get("added_tokens") or []
    if not isinstance(vocabulary, dict) or not isinstance(added, list):
        raise UserError(f"{path} has no vocabulary: copy it again")
    ids = dict(vocabulary)
    for token in added:
        if not isinstance(token, dict) or not isinstance(token.get("content"), str):
            raise UserError(f"{path}: an added token has no content: copy it again")
        ids.setdefault(token["content"], token.get("id"))
    if not all(type(token_id) is int for token_id in ids.values()):
        raise UserError(f"{path}: the id of every token must be an integer")
    tokens = sorted(ids, key=ids.__getitem__)
    if [ids[token] for token in tokens] != list(range(len(tokens))):
        raise UserError(f"{path}: the ids must run from 0 to {len(tokens) - 1:,}, each once")
    return tokens


def _is_pair(merge: Any) -> bool:
    return isinstance(merge, list) and all(isinstance(part, str) for part in merge)
