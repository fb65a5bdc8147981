"""Tokenizers of published models."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...layers.plain.errors import UserError
from ..import_remark import ImportRemark
from .fast_tokenizer import fast_tokens, made, model_kind, space_in_front, starts_text, tokenizer_from_fast
from .foreign_families import find_foreign_family
from .foreign_token import added_options, known_tokens, read_foreign_tokens, with_foreign_tokens
from .read_json import read_json
from .tokenizer_settings import (
    MAX_TOKENIZER_BYTES,
    TOKENIZER_FILE,
    byte_level_options,
    check_tokenizer_class,
    read_fast_tokenizer,
    read_settings,
    special_tokens,
    word_piece_options,
)

if TYPE_CHECKING:
    from ...layers.text import Tokenizer

SENTENCE_PIECE_FILES = ("spiece.model", "tokenizer.model", "sentencepiece.bpe.model")
_PAIRS = (("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe"))
_OUR_FOLDER = "tokenizer"
_WORD_PIECE = ("BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "ErnieTokenizer", "MobileBertTokenizer")
_BYTE_LEVEL = ("GPT2Tokenizer", "RobertaTokenizer", "BartTokenizer", "LongformerTokenizer", "CodeGenTokenizer")
_SENTENCE_PIECE = ("LlamaTokenizer", "CodeLlamaTokenizer", "MistralTokenizer", "T5Tokenizer", "MT5Tokenizer")


def find_tokenizer(path: str | Path, *, family: str) -> "Tokenizer | None":
    """Reads the tokenizer of a folder or of a file.

    In a folder the first of these is used: a tokenizer or a run of langzoo; `tokenizer.json`, with the pieces of the
    SentencePiece `.model` next to it if it is of that kind; a `.model` alone; `vocab.txt`; `vocab.json` with
    `merges.txt`, or `encoder.json` with `vocab.bpe`. Special and added tokens, and whether case matters, come from the
    first of `tokenizer.json`, `tokenizer_config.json`, `added_tokens.json` and `special_tokens_map.json` that mentions
    them; differences between these files are reported in an `ImportRemark`. A file that is named is read without the
    `tokenizer.json` next to it, which is reported as well.

    Args:
        path: the folder; or one of those files, or a llama2.c `.bin`.
        family: the family of the model, by its name or model type: LLaMA's texts begin with `<s>`, T5 has sentinels,
            and RoBERTa's SentencePiece models have other ids than in their file. A family that is not published has no
            such rules.

    Returns:
        The tokenizer; None if a folder contains none.

    Raises:
        UserError: the path does not exist, or the tokenizer is damaged or of a kind that is not supported.

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
    """Reads the tokenizer next to a llama2.c model, by its usual names: `tok512.bin`, or `tokenizer.bin` if it fits."""
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
    models = [folder / name for name in SENTENCE_PIECE_FILES if (folder / name).exists()]
    if (folder / TOKENIZER_FILE).exists():
        kind = model_kind(read_fast_tokenizer(folder) or {}, folder / TOKENIZER_FILE)
        if not models or kind == "WordPiece":
            return _fast(folder)
    if models:
        return _sentence_piece(models[0], family, read_fast_tokenizer(folder))
    if (folder / "vocab.txt").exists():
        return _word_piece(folder / "vocab.txt")
    for vocabulary, merges in _PAIRS:
        if (folder / vocabulary).exists():
            return _byte_level(folder / vocabulary, folder / merges)
    return None


def _from_file(path: Path, family: str) -> "Tokenizer | None":
    beside = path.with_name(TOKENIZER_FILE)
    if path != beside and beside.exists() and not _is_ours(beside):
        warnings.warn(ImportRemark(f"{TOKENIZER_FILE} is not read, since {path.name} was named"), stacklevel=2)
    if path.suffix in (".model", ".spm"):
        return _sentence_piece(path, family, None)
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
        f"{path} is not a known tokenizer file: name a vocab.txt, vocab.json, .model, .spm, tokenizer.json "
        "or llama2.c .bin file, or a folder"
    )


def _is_ours(path: Path) -> bool:
    return path.is_file() and "kind" in read_json(path, max_bytes=MAX_TOKENIZER_BYTES)


def _sentence_piece(path: Path, family: str, fast: dict[str, Any] | None):
    from ...layers.plain.text.model_file import read_model_file
    from ...layers.plain.text.sentence_piece_model import SentencePieceModel
    from ...layers.plain.text.sentence_piece_pieces import sentinel_names
    from ...layers.text import SentencePieceTokenizer

    folder, settings = path.parent, read_settings(path.parent)
    if fast is None:
        check_tokenizer_class(settings, _SENTENCE_PIECE, path.name)
    data = read_model_file(path)
    try:
        model = SentencePieceModel(data)
        foreign = find_foreign_family(lambda name, foreign: family in (name, *foreign.model_types))
        options = {} if foreign is None else foreign.sentence_piece_options(settings, fast)
        if options.get("start") == "begin" and _bos_is_end(settings, model):
            options["start"] = "end"
        if fast is not None:
            options["space_in_front"] = space_in_front(fast, folder / TOKENIZER_FILE)
            _check_same(fast, model, folder / TOKENIZER_FILE, path)
        elif settings.get("legacy") is False:
            options["space_in_front"] = "first"
        added = read_foreign_tokens(folder, fast)
        sentinels = sentinel_names(options.get("extra_ids", 0))
        tokens = with_foreign_tokens([*model.pieces, *sentinels], added)
        options["added_tokens"] = _sentence_piece_tokens(
            model, known_tokens(added, tokens), sentinels, alone=fast is None
        )
        return SentencePieceTokenizer(data, **options)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def _bos_is_end(settings, model) -> bool:
    """Whether the token before a text is the one after it."""
    start = special_tokens(settings, {"bos_token": "start"}).get("start")
    return model.end_id is not None and start == model.pieces[model.end_id]


def _sentence_piece_tokens(model, added, sentinels, *, alone: bool) -> list[dict[str, Any]]:
    """The option `added_tokens`; without a `tokenizer.json` it includes all of the model's own, as in transformers."""
    found = {option["content"]: option for option in added_options(added, roles=())}
    for name in sentinels:
        # Sentinels are found by themselves, and are part of T5's output.
        flags = {key: value for key, value in found.pop(name, {}).items() if key in ("lstrip", "rstrip")}
        if flags:
            found[name] = {"content": name, **flags}
    if alone:
        from ...layers.plain.text.sentence_piece_model import CONTROL, UNKNOWN, USER_DEFINED

        for name, kind in zip(model.pieces, model.types, strict=True):
            if kind in (CONTROL, UNKNOWN, USER_DEFINED):
                found.setdefault(name, {"content": name, **({} if kind == USER_DEFINED else {"special": True})})
    return list(found.values())


def _check_same(fast, model, fast_path: Path, path: Path) -> None:
    """Checks that `tokenizer.json` has the pieces of the `.model` next to it, under the same ids."""
    tokens = fast_tokens(fast, fast_path)
    if tuple(tokens[: len(model.pieces)]) != model.pieces:
        first = next(
            (index for index, pair in enumerate(zip(tokens, model.pieces, strict=False)) if pair[0] != pair[1]),
            min(len(tokens), len(model.pieces)),
        )
        raise UserError(f"{fast_path} has another piece {first} than {path.name}: they do not belong to one tokenizer")


def _word_piece(path: Path):
    from ...layers.plain.text.vocabulary_file import read_vocabulary
    from ...layers.text import WordPieceTokenizer

    base, settings = read_vocabulary(path, quoted=False), read_settings(path.parent)
    check_tokenizer_class(settings, _WORD_PIECE, path.name)
    added = read_foreign_tokens(path.parent, None)
    tokens = with_foreign_tokens(base, added)
    options = word_piece_options(settings, None, base)
    return made(WordPieceTokenizer, path, tokens, added, options)


def _byte_level(vocabulary: Path, merges: Path):
    from ...layers.plain.text.byte_pair_files import read_encoder, read_merges
    from ...layers.text import ByteLevelBPETokenizer

    base, settings = read_encoder(vocabulary), read_settings(vocabulary.parent)
    check_tokenizer_class(settings, _BYTE_LEVEL, vocabulary.name)
    added = read_foreign_tokens(vocabulary.parent, None)
    tokens = with_foreign_tokens(base, added)
    options = {**ByteLevelBPETokenizer.known_options(base), **byte_level_options(settings, tokens)}
    # A GPT-2 that was given a separator is still a GPT-2.
    framed = options.get("separator_token") is not None and not str(settings.get("tokenizer_class")).startswith("GPT2")
    options["add_start"] = starts_text(None, settings, otherwise=framed)
    lines = read_merges(merges)
    return made(ByteLevelBPETokenizer, vocabulary, tokens, added, options, strips_left="mask_token", merges=lines)


def _fast(folder: Path):
    fast, path = read_fast_tokenizer(folder), folder / TOKENIZER_FILE
    assert fast is not None
    tokenizer = tokenizer_from_fast(fast, read_settings(folder), path)
    _tell_of_others(folder, fast_tokens(fast, path))
    return tokenizer


def _tell_of_others(folder: Path, tokens: list[str]) -> None:
    """Warns if a vocabulary next to `tokenizer.json` differs from it."""
    from ...layers.plain.text.byte_pair_files import read_encoder
    from ...layers.plain.text.vocabulary_file import read_vocabulary

    readers = {"vocab.txt": lambda path: read_vocabulary(path, quoted=False), "vocab.json": read_encoder}
    for name, read in readers.items():
        if (folder / name).exists():
            try:
                same = read(folder / name) == tokens
            except UserError:
                same = False
            if not same:
                what = f"{TOKENIZER_FILE} and {name} contain different tokens: {TOKENIZER_FILE} is used"
                warnings.warn(ImportRemark(what), stacklevel=2)
