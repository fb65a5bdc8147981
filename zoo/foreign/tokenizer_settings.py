"""Settings of published tokenizers, in the JSON files next to a vocabulary."""

import warnings
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ...layers.plain.errors import UserError
from ..import_remark import ImportRemark
from .read_json import read_json

TOKENIZER_FILE = "tokenizer.json"
SETTINGS_FILE = "tokenizer_config.json"
SPECIAL_FILE = "special_tokens_map.json"
ADDED_FILE = "added_tokens.json"
MAX_TOKENIZER_BYTES = 2**27  # LLaMA 3's tokenizer.json has 9 MB
_FLAGS = {"do_lower_case": "lowercase", "strip_accents": "strip_accents", "tokenize_chinese_chars": "split_chinese"}
_NORMALIZER = {"lowercase": "lowercase", "strip_accents": "strip_accents", "handle_chinese_chars": "split_chinese"}
_ANY_CLASS = ("PreTrainedTokenizer", "TokenizersBackend")
_WORDPIECE_TOKENS = {
    "unk_token": "unknown_token",
    "cls_token": "start_token",
    "sep_token": "separator_token",
    "mask_token": "mask_token",
    "pad_token": "padding_token",
}


def read_settings(folder: Path) -> dict[str, Any]:
    """Reads `tokenizer_config.json`, with tokens that only `special_tokens_map.json` has; {} if there is neither.

    Raises:
        UserError: one of them is not a JSON object.
    """
    found: dict[str, Any] = {}
    for name in (SPECIAL_FILE, SETTINGS_FILE):
        if (folder / name).exists():
            values = read_json(folder / name, max_bytes=MAX_TOKENIZER_BYTES)
            found |= {key: value for key, value in values.items() if value is not None or key not in found}
    return found


def read_fast_tokenizer(folder: Path) -> dict[str, Any] | None:
    """Reads `tokenizer.json` of the `tokenizers` library; None if there is none."""
    path = folder / TOKENIZER_FILE
    return read_json(path, max_bytes=MAX_TOKENIZER_BYTES) if path.exists() else None


def word_piece_options(settings: Mapping[str, Any], fast: Mapping[str, Any] | None, tokens: list[str]) -> dict:
    """The options of a `WordPieceTokenizer`.

    If no file says whether case matters (Google's checkpoints), the vocabulary decides: one that contains an upper-case
    letter outside special tokens, such as `[CLS]` or `<S>`, is cased.

    Args:
        settings: from `read_settings`.
        fast: from `read_fast_tokenizer`, with a `BertNormalizer`; None if there is none.
        tokens: the vocabulary.

    Raises:
        UserError: a value has a wrong type, or the tokenizer does not split words as BERT's does.
    """
    if settings.get("do_basic_tokenize") is False:
        raise UserError(f"{SETTINGS_FILE}: do_basic_tokenize is false; supported: true")
    options: dict[str, Any] = {}
    if fast is not None:
        normalizer = fast["normalizer"]
        options = {ours: normalizer[theirs] for theirs, ours in _NORMALIZER.items() if theirs in normalizer}
    for theirs, ours in _FLAGS.items():
        if theirs in settings:
            # As in transformers, whose class overrides these options of the normalizer.
            if options.get(ours, settings[theirs]) != settings[theirs]:
                what = f"{SETTINGS_FILE} and {TOKENIZER_FILE} differ in {theirs}: {SETTINGS_FILE} is used"
                warnings.warn(ImportRemark(what), stacklevel=2)
            options[ours] = settings[theirs]
    for name, value in options.items():
        if not isinstance(value, bool) and not (value is None and name == "strip_accents"):
            raise UserError(f"{SETTINGS_FILE}: {name} must be true or false, not {str(value)[:40]!r}")
    if "lowercase" not in options:
        options["lowercase"] = not any(token != token.lower() for token in tokens if not token.startswith(("[", "<")))
    return options | special_tokens(settings, _WORDPIECE_TOKENS)


def byte_level_options(settings: Mapping[str, Any], tokens: list[str]) -> dict[str, Any]:
    """The options of a `ByteLevelBPETokenizer`; those of GPT-2 if the files name no tokens."""
    names = special_tokens(
        settings,
        {
            "bos_token": "start_token",
            "cls_token": "start_token",
            "eos_token": "end_token",
            "sep_token": "separator_token",
            "mask_token": "mask_token",
            "pad_token": "padding_token",
            "unk_token": "unknown_token",
        },
    )
    end = names.get("end_token")
    for name in ("start_token", "unknown_token"):
        if names.get(name) == end:
            names.pop(name, None)  # GPT-2's one token for everything
    if "separator_token" not in names:
        names.pop("unknown_token", None)  # for a generative model: it has no text there
    names = {name: token for name, token in names.items() if token in tokens or name == "end_token"}
    prefix = settings.get("add_prefix_space", False)
    if not isinstance(prefix, bool):
        raise UserError(f"{SETTINGS_FILE}: add_prefix_space must be true or false, not {str(prefix)[:40]!r}")
    return {**names, "add_prefix_space": prefix}


def special_tokens(settings: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Our names of special tokens -> the tokens, for those in the settings.

    Raises:
        UserError: a token is not text.
    """
    found = {}
    for theirs, ours in names.items():
        token = settings.get(theirs)
        token = token.get("content") if isinstance(token, dict) else token
        if token is not None and not isinstance(token, str):
            raise UserError(f"{SETTINGS_FILE}: {theirs} must be a token, not {str(token)[:40]!r}")
        if token is not None:
            found[ours] = token
    return found


def extra_ids(settings: Mapping[str, Any]) -> int:
    """The number of T5's sentinels: 100 by default."""
    count = settings.get("extra_ids", 100)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 1000:
        raise UserError(f"{SETTINGS_FILE}: extra_ids must be a number from 0 to 1,000, not {str(count)[:40]!r}")
    return count


def check_tokenizer_class(settings: Mapping[str, Any], known: Collection[str], file: str) -> None:
    """Refuses a vocabulary whose tokenizer class does more than the file describes.

    Args:
        settings: from `read_settings`.
        known: the names of supported classes, without the `Fast` at the end.
        file: the vocabulary file.

    Raises:
        UserError: another class is named.
    """
    name = settings.get("tokenizer_class")
    if name is None:
        return
    if not isinstance(name, str) or name.removesuffix("Fast") not in {*known, *_ANY_CLASS}:
        raise UserError(
            f"{SETTINGS_FILE}: the tokenizer_class {str(name)[:60]!r} splits text by other rules than those that "
            f"{file} is read with ({', '.join(sorted(known))}), and no {TOKENIZER_FILE} says which"
        )
