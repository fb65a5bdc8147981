"""Tokenizers of KerasHub presets."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...layers.plain.errors import UserError
from .find_tokenizer import find_tokenizer
from .foreign_keys import ForeignKeys
from .read_json import read_config

if TYPE_CHECKING:
    from ...layers.text import Tokenizer

HUB_TOKENIZER_FILE = "tokenizer.json"
HUB_ASSETS = Path("assets", "tokenizer")
_NO_CONCERN = ("name", "trainable", "dtype", "config_file", "vocabulary", "merges", "proto", "sequence_length")
_WORD_PIECE, _BYTE_LEVEL, _SENTENCE_PIECE = "vocabulary.txt", "vocabulary.json", "vocabulary.spm"


def find_keras_hub_tokenizer(folder: Path, *, family: str, rows: int) -> "Tokenizer | None":
    """Reads the tokenizer of a preset: WordPiece, byte-level BPE or SentencePiece, depending on its assets.

    Its class is not imported; its settings are read, and unsupported ones are refused.

    Args:
        folder: the folder of the preset.
        family: the family of the model.
        rows: number of rows of its embedding.

    Returns:
        The tokenizer; None if the preset contains none.

    Raises:
        UserError: the tokenizer is damaged, or of a kind that is not supported.
    """
    if not (folder / HUB_TOKENIZER_FILE).exists():
        return None
    described = read_config(folder, name=HUB_TOKENIZER_FILE)
    keys = ForeignKeys(described.get("config") or {}, source=f"{HUB_TOKENIZER_FILE}, config")
    for name in _NO_CONCERN:
        keys.get(name)
    assets = folder / HUB_ASSETS
    if (assets / _WORD_PIECE).exists():
        return _word_piece(assets / _WORD_PIECE, keys)
    if (assets / _BYTE_LEVEL).exists():
        return _byte_level(assets, keys)
    if (assets / _SENTENCE_PIECE).exists():
        keys.only("add_bos", False)
        keys.only("add_eos", False)
        keys.finish()
        return _with_sentinels_for(find_tokenizer(assets / _SENTENCE_PIECE, family=family), rows)
    known = ", ".join((_WORD_PIECE, _BYTE_LEVEL, _SENTENCE_PIECE))
    raise UserError(f"{assets} holds none of {known}: copy the whole folder again")


def _with_sentinels_for(tokenizer: Any, rows: int) -> Any:
    """T5's tokenizer with no more sentinels than the model has rows for: a preset does not give their number."""
    count = getattr(tokenizer, "extra_ids", 0)
    spare = rows - (tokenizer.vocabulary_size - count)
    if not 0 <= spare < count:
        return tokenizer
    return type(tokenizer)(tokenizer.sentence_piece_model(), **{**tokenizer.options, "extra_ids": spare})


def _word_piece(path: Path, keys: ForeignKeys) -> "Tokenizer":
    from ...layers.plain.text.vocabulary_file import read_vocabulary
    from ...layers.text import WordPieceTokenizer

    keys.only("split", True)
    keys.only("split_on_cjk", True)
    keys.only("suffix_indicator", "##")
    keys.get("special_tokens")
    keys.get("special_tokens_in_strings")  # whether a text can name one; here it can
    options: dict[str, Any] = {
        "lowercase": keys.flag("lowercase", False),
        "strip_accents": keys.flag("strip_accents", False),
        "unknown_token": keys.get("oov_token", "[UNK]"),
    }
    keys.finish()
    try:
        return WordPieceTokenizer(read_vocabulary(path, quoted=False), **options)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def _byte_level(assets: Path, keys: ForeignKeys) -> "Tokenizer":
    from ...layers.plain.text.byte_pair_files import read_encoder, read_merges
    from ...layers.text import ByteLevelBPETokenizer

    keys.get("unsplittable_tokens")  # special tokens, which our tokenizer identifies by name
    options: dict[str, Any] = {"add_prefix_space": keys.flag("add_prefix_space", False)}
    keys.finish()
    tokens = read_encoder(assets / _BYTE_LEVEL)
    try:
        return ByteLevelBPETokenizer(
            tokens,
            merges=read_merges(assets / "merges.txt"),
            **{**ByteLevelBPETokenizer.known_options(tokens), **options},
        )
    except UserError as error:
        raise UserError(f"{assets / _BYTE_LEVEL}: {error}") from error
