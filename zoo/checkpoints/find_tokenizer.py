"""The tokenizer that was published with weights."""

from pathlib import Path
from typing import TYPE_CHECKING

from ...layers.errors import UserError
from .fast_tokenizer import tokenizer_from_fast
from .read_json import read_json
from .tokenizer_settings import (
    MAX_TOKENIZER_BYTES,
    TOKENIZER_FILE,
    byte_level_options,
    extra_ids,
    read_fast_tokenizer,
    read_settings,
    word_piece_options,
)

if TYPE_CHECKING:
    from ...layers.text import Tokenizer

SENTENCE_PIECE_FILES = ("spiece.model", "tokenizer.model", "sentencepiece.bpe.model")
_PAIRS = (("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe"))
_OUR_FOLDER = "tokenizer"


def find_tokenizer(path: str | Path, *, family: str) -> "Tokenizer | None":
    """The tokenizer of a folder or of a file.

    In a folder the first of these is taken: a tokenizer or a run of langzoo; a SentencePiece `.model`; `vocab.txt`;
    `vocab.json` with `merges.txt`, or `encoder.json` with `vocab.bpe`; `tokenizer.json` alone. Special tokens, and
    whether case counts, come from `tokenizer_config.json`, `special_tokens_map.json` and `tokenizer.json`.

    Args:
        path: the folder; or one of those files, or a llama2.c `.bin`.
        family: of the model: LLaMA's texts begin with `<s>`, T5 has sentinels, RoBERTa's SentencePiece models have
            other ids than their file says.

    Returns:
        The tokenizer; None where a folder holds none.

    Raises:
        UserError: nothing is there, or it is damaged or of a kind that is not supported.

    Example:
        >>> find_tokenizer("bert-base-uncased", family="bert").vocabulary_size
        30522
    """
    path = Path(path)
    if path.is_dir():
        return _in_folder(path, family)
    if not path.is_file():
        raise UserError(f"{path} does not exist: name a tokenizer's folder or file")
    return _from_file(path, family)


def find_llama2c_tokenizer(model: Path, *, vocabulary_size: int) -> "Tokenizer | None":
    """The tokenizer beside a model of llama2.c, by its usual names: `tok512.bin`, or `tokenizer.bin` if it fits."""
    from ...layers.text import sentence_piece_from_llama2c

    for name in (f"tok{vocabulary_size}.bin", "tokenizer.bin"):
        path = model.with_name(name)
        if path.is_file() and path != model:
            tokenizer = sentence_piece_from_llama2c(path)
            if tokenizer.vocabulary_size == vocabulary_size:
                return tokenizer
    return None


def _in_folder(folder: Path, family: str) -> "Tokenizer | None":
    from ...layers.text import load_tokenizer

    if _is_ours(folder / TOKENIZER_FILE):
        return load_tokenizer(folder)
    if _is_ours(folder / _OUR_FOLDER / TOKENIZER_FILE):
        return load_tokenizer(folder / _OUR_FOLDER)
    for name in SENTENCE_PIECE_FILES:
        if (folder / name).exists():
            return _sentence_piece(folder / name, family)
    if (folder / "vocab.txt").exists():
        return _word_piece(folder / "vocab.txt")
    for vocabulary, merges in _PAIRS:
        if (folder / vocabulary).exists():
            return _byte_level(folder / vocabulary, folder / merges)
    return _fast(folder) if (folder / TOKENIZER_FILE).exists() else None


def _from_file(path: Path, family: str) -> "Tokenizer | None":
    if path.suffix == ".model":
        return _sentence_piece(path, family)
    if path.suffix == ".bin":
        from ...layers.text import sentence_piece_from_llama2c

        return sentence_piece_from_llama2c(path)
    if path.suffix == ".txt" and path.name != "merges.txt":
        return _word_piece(path)
    for vocabulary, merges in _PAIRS:
        if path.name in (vocabulary, merges):
            return _byte_level(path.with_name(vocabulary), path.with_name(merges))
    if path.name == TOKENIZER_FILE:
        return _in_folder(path.parent, family) if _is_ours(path) else _fast(path.parent)
    raise UserError(
        f"{path} is no tokenizer's file that is known: name a vocab.txt, vocab.json, .model, tokenizer.json or "
        "llama2.c .bin file, or a folder"
    )


def _is_ours(path: Path) -> bool:
    return path.is_file() and "kind" in read_json(path, max_bytes=MAX_TOKENIZER_BYTES)


def _sentence_piece(path: Path, family: str):
    from ...layers.text import SentencePieceTokenizer
    from ...layers.text.model_file import read_model_file

    if family == "roberta":
        raise UserError(
            f"{path}: XLM-R and CamemBERT number the pieces of their SentencePiece models anew, which is not supported"
        )
    options = {"t5": {"extra_ids": extra_ids(read_settings(path.parent))}, "llama": {"start": "begin"}}
    model = read_model_file(path)
    try:
        return SentencePieceTokenizer(model, **options.get(family, {}))
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def _word_piece(path: Path):
    from ...layers.text import WordPieceTokenizer
    from ...layers.text.vocabulary_file import read_vocabulary

    tokens = read_vocabulary(path, quoted=False)
    options = word_piece_options(read_settings(path.parent), read_fast_tokenizer(path.parent), tokens)
    try:
        return WordPieceTokenizer(tokens, **options)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def _byte_level(vocabulary: Path, merges: Path):
    from ...layers.text import ByteLevelBPETokenizer
    from ...layers.text.byte_pair_files import read_encoder

    options = byte_level_options(read_settings(vocabulary.parent), read_encoder(vocabulary))
    return ByteLevelBPETokenizer.from_files(vocabulary, merges, **options)


def _fast(folder: Path):
    fast = read_fast_tokenizer(folder)
    assert fast is not None
    return tokenizer_from_fast(fast, read_settings(folder), folder / TOKENIZER_FILE)
