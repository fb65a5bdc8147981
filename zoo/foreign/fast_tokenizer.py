"""Reading of `tokenizer.json`, the file of Hugging Face's `tokenizers` library."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...layers.plain.errors import UserError
from ..import_remark import ImportRemark
from .foreign_token import ForeignToken, added_options, known_tokens, read_foreign_tokens, with_foreign_tokens
from .tokenizer_settings import SETTINGS_FILE, TOKENIZER_FILE, byte_level_options, word_piece_options

if TYPE_CHECKING:
    from ...layers.text import Tokenizer

_HINT = "name the vocabulary or the .model file with --tokenizer"
_OF_MODELS = {"Precompiled", "Replace", "Strip"}
"""Normalizers that converters write for the normalization of a SentencePiece model itself."""


def tokenizer_from_fast(fast: Mapping[str, Any], settings: Mapping[str, Any], path: Path) -> "Tokenizer":
    """Reads the tokenizer of a `tokenizer.json`: BERT's WordPiece, or byte-level BPE like that of GPT-2 and RoBERTa.

    Args:
        fast: the content of the file.
        settings: the content of `tokenizer_config.json`.
        path: the file.

    Raises:
        UserError: the file is of another kind, or damaged.
    """
    kind, model = model_kind(fast, path), fast["model"]
    if kind == "WordPiece":
        return _word_piece(fast, model, settings, path)
    if kind == "BPE" and not model.get("byte_fallback"):
        return _byte_level(fast, model, settings, path)
    raise UserError(
        f"{path} holds a vocabulary of the kind {str(kind)[:40]!r}, which is read from a .model file: {_HINT}"
    )


def model_kind(fast: Mapping[str, Any], path: Path) -> str:
    """The kind of the model in a `tokenizer.json`.

    Raises:
        UserError: none.
    """
    model = fast.get("model")
    if not isinstance(model, dict):
        raise UserError(f"{path} has no model: copy it again")
    return str(model.get("type") or ("BPE" if "merges" in model else "WordPiece"))  # older files leave it out


def space_in_front(fast: Mapping[str, Any], path: Path) -> str:
    """The position of the space that a SentencePiece model adds to text, according to the `tokenizer.json` next to it.

    Raises:
        UserError: the file splits text by other rules than the model.
    """
    normalizers, splitters = _steps(fast, "normalizer", path), _steps(fast, "pre_tokenizer", path)
    names = [step.get("type") for step in normalizers], [step.get("type") for step in splitters]
    if names[0][-2:] == ["Prepend", "Replace"] and set(names[0][:-2]) <= _OF_MODELS and not splitters:
        return "always"
    last = splitters[-1] if splitters else {}
    scheme = last.get("prepend_scheme", "always") if last.get("add_prefix_space", True) else "never"
    if set(names[0]) <= _OF_MODELS and scheme in ("always", "first"):
        if names[1] == ["Metaspace"]:
            # Without a normalizer, a text that begins with a space gets no other.
            bare = model_kind(fast, path) == "BPE" and not normalizers
            return "missing" if bare and scheme == "always" else scheme
        if names[1] == ["WhitespaceSplit", "Metaspace"] and scheme == "always":
            return "always"
    raise UserError(f"{path}: {_named(normalizers, splitters)} split text by other rules than the .model file: {_HINT}")


def starts_text(fast: Mapping[str, Any] | None, settings: Mapping[str, Any], *, otherwise: bool) -> bool:
    """Whether a text begins with a start token.

    Args:
        fast: the content of `tokenizer.json`, whose post-processor decides; None if there is none.
        settings: the content of `tokenizer_config.json`, whose `add_bos_token` takes precedence.
        otherwise: the result if neither decides.

    An end token that `add_eos_token` puts after every text is left out, with an `ImportRemark`: a prompt goes on.

    Raises:
        UserError: `add_bos_token` is neither true nor false.
    """
    if settings.get("add_eos_token"):
        what = f"{SETTINGS_FILE}: add_eos_token is left out: texts are read without an end token"
        warnings.warn(ImportRemark(what), stacklevel=2)
    stated = settings.get("add_bos_token")
    if stated is not None:
        if not isinstance(stated, bool):
            raise UserError(f"tokenizer_config.json: add_bos_token must be true or false, not {str(stated)[:40]!r}")
        return stated
    return otherwise if fast is None else first_token(fast) is not None


def first_token(fast: Mapping[str, Any]) -> str | None:
    """The token that the post-processor of a `tokenizer.json` puts before a text; None if there is none.

    Raises:
        UserError: the post-processor is damaged.
    """
    for step in _flat(fast.get("post_processor"), "processors"):
        single, token = step.get("single"), None
        if step.get("type") == "TemplateProcessing" and isinstance(single, list) and single:
            first = single[0].get("SpecialToken") if isinstance(single[0], dict) else None
            if first is None:
                return None
            token = first.get("id") if isinstance(first, dict) else None
        elif step.get("type") in ("BertProcessing", "RobertaProcessing"):
            pair = step.get("cls")
            token = pair[0] if isinstance(pair, list) and pair else None
        else:
            continue
        if not isinstance(token, str):
            raise UserError(f"{TOKENIZER_FILE}: the post-processor is invalid: copy it again")
        return token
    return None


def fast_tokens(fast: Mapping[str, Any], path: Path) -> list[str]:
    """The tokens of the vocabulary in the order of their ids, without added tokens.

    Raises:
        UserError: there is no vocabulary, or its ids are not 0, 1, 2 and so on.
    """
    vocabulary = fast["model"].get("vocab")
    if isinstance(vocabulary, list):  # of a unigram model, with scores
        if not all(isinstance(pair, list) and pair and isinstance(pair[0], str) for pair in vocabulary):
            raise UserError(f"{path} has no vocabulary: copy it again")
        return [pair[0] for pair in vocabulary]
    if not isinstance(vocabulary, dict):
        raise UserError(f"{path} has no vocabulary: copy it again")
    added = fast.get("added_tokens") or []
    ids = dict(vocabulary)
    if not all(type(token_id) is int for token_id in ids.values()):
        raise UserError(f"{path}: the id of every token must be an integer")
    taken = set(ids.values())
    last = max(taken, default=-1)
    # A vocabulary may have gaps that added tokens fill.
    for token in added if isinstance(added, list) else []:
        content, token_id = (token.get("content"), token.get("id")) if isinstance(token, dict) else (None, None)
        if isinstance(content, str) and type(token_id) is int and token_id <= last and token_id not in taken:
            ids.setdefault(content, token_id)
    tokens = sorted(ids, key=ids.__getitem__)
    if [ids[token] for token in tokens] != list(range(len(tokens))):
        raise UserError(f"{path}: the ids must run from 0 to {len(tokens) - 1:,}, each once")
    return tokens


def _word_piece(fast, model, settings, path):
    from ...layers.text import WordPieceTokenizer

    base = fast_tokens(fast, path)
    if model.get("continuing_subword_prefix", "##") != "##":
        raise UserError(f"{path}: continuing_subword_prefix must be '##'")
    normalizers, splitters = _steps(fast, "normalizer", path), _steps(fast, "pre_tokenizer", path)
    kinds = [step.get("type") for step in (*normalizers, *splitters)]
    if kinds != ["BertNormalizer", "BertPreTokenizer"] or normalizers[0].get("clean_text") is False:
        raise UserError(
            f"{path}: {_named(normalizers, splitters)} do not split text as BERT does (BertNormalizer with clean_text, "
            f"BertPreTokenizer), which is not supported: {_HINT}"
        )
    added = read_foreign_tokens(path.parent, fast)
    tokens = with_foreign_tokens(base, added)
    options = word_piece_options(settings, {"normalizer": normalizers[0]}, base)
    unknown = model.get("unk_token", "[UNK]")
    if unknown != options.setdefault("unknown_token", unknown):
        raise UserError(f"{path} and tokenizer_config.json differ in unk_token: correct one")
    return made(
        WordPieceTokenizer, path, tokens, added, options,
        max_characters_per_word=model.get("max_input_chars_per_word", 100),
    )  # fmt: skip


def _byte_level(fast, model, settings, path):
    from ...layers.text import ByteLevelBPETokenizer

    normalizers, splitters = _steps(fast, "normalizer", path), _steps(fast, "pre_tokenizer", path)
    kinds, last = [step.get("type") for step in splitters], splitters[-1] if splitters else {}
    prefix = bool(last.get("add_prefix_space", False))
    digits = kinds == ["Digits", "ByteLevel"] and bool(splitters[0].get("individual_digits")) and not prefix
    plain = kinds == ["ByteLevel"]
    wanted = settings.get("add_prefix_space")  # null in some files
    if plain and wanted is not None and wanted != prefix:  # as in transformers; its type is checked below
        what = f"{SETTINGS_FILE} and {TOKENIZER_FILE} differ in add_prefix_space: {SETTINGS_FILE} is used"
        warnings.warn(ImportRemark(what), stacklevel=2)
        prefix = wanted
    if normalizers or not (plain or digits) or not last.get("use_regex", True):
        raise UserError(
            f"{path}: {_named(normalizers, splitters)} do not split text as GPT-2 does (ByteLevel, alone or after "
            f"Digits of single digits), which is not supported: {_HINT}"
        )
    for key in ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "ignore_merges"):
        if model.get(key):
            raise UserError(f"{path}: {key} of the model is not supported: {_HINT}")
    merges = model.get("merges")
    if not isinstance(merges, list):
        raise UserError(f"{path} has no merges: copy it again")
    lines = [" ".join(merge) if _is_pair(merge) else merge for merge in merges]
    base = fast_tokens(fast, path)
    added = read_foreign_tokens(path.parent, fast)
    tokens = with_foreign_tokens(base, added)
    options = byte_level_options({**_framing(fast), **settings, "add_prefix_space": prefix}, tokens)
    options |= {
        "single_digits": digits,
        "missing_byte_token": model.get("unk_token"),
        "add_start": starts_text(fast, settings, otherwise=False),
    }
    return made(ByteLevelBPETokenizer, path, tokens, added, options, strips_left="mask_token", merges=lines)


def made(
    cls: Any,
    path: Path,
    tokens: list[str],
    added: list[ForeignToken],
    options: dict[str, Any],
    *,
    strips_left: str | None = None,
    **more: Any,
) -> Any:
    """Makes a tokenizer of a published vocabulary and its added tokens.

    Args:
        cls: the class of the tokenizer.
        path: the file, for messages.
        tokens: from `with_foreign_tokens`.
        added: from `read_foreign_tokens`.
        options: options of the constructor; further ones as `more`.
        strips_left: the option for the special token that strips the white space before it by itself.

    Raises:
        UserError: the tokenizer is invalid.
    """
    roles = [options[name] for name in cls.special_tokens if options.get(name)]
    strips = options.get(strips_left) if strips_left else None
    options["added_tokens"] = added_options(known_tokens(added, tokens), roles=roles, strips_left=strips)
    try:
        return cls(tokens, **options, **more)
    except ValueError as error:
        raise UserError(f"{path}: {error}") from error


def _framing(fast: Mapping[str, Any]) -> dict[str, str]:
    """The tokens around a text in a post-processor of BERT or RoBERTa, if no other file names them."""
    for step in _flat(fast.get("post_processor"), "processors"):
        if step.get("type") in ("BertProcessing", "RobertaProcessing"):
            found = {"cls_token": step.get("cls"), "sep_token": step.get("sep")}
            names = {name: pair[0] for name, pair in found.items() if isinstance(pair, list) and pair}
            return {**names, **({"eos_token": names["sep_token"]} if "sep_token" in names else {})}
    return {}


def _steps(fast: Mapping[str, Any], what: str, path: Path) -> list[dict[str, Any]]:
    """The steps of a normalizer or pre-tokenizer, with sequences flattened."""
    found = _flat(fast.get(what), "normalizers" if what == "normalizer" else "pretokenizers")
    if fast.get(what) is not None and not found:
        raise UserError(f"{path}: the {what} is invalid: copy it again")
    return found


def _flat(step: Any, inner: str) -> list[dict[str, Any]]:
    if not isinstance(step, dict):
        return []
    if step.get("type") != "Sequence":
        return [step]
    parts = step.get(inner)
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _named(normalizers: list[dict[str, Any]], splitters: list[dict[str, Any]]) -> str:
    """The names of the steps, for messages."""
    names = [[str(step.get("type"))[:40] for step in steps] for steps in (normalizers, splitters)]
    normalizer, splitter = (", ".join(some[:6]) or "none" for some in names)
    return f"the normalizer ({normalizer}) and the pre-tokenizer ({splitter})"


def _is_pair(merge: Any) -> bool:
    return isinstance(merge, list) and all(isinstance(part, str) for part in merge)
