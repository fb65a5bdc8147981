"""Writing of tokenizers for transformers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..atomic_file import write_text
from .fast_tokenizer_file import write_fast_tokenizer
from .text_frame import TextFrame

if TYPE_CHECKING:
    from ...layers.text import Tokenizer
    from .foreign_family import ForeignFamily

_AS_IT_IS = "PreTrainedTokenizerFast"
"""The class that reads `tokenizer.json` as it is."""

_WORDPIECE_TOKENS = {
    "unknown_token": "unk_token",
    "start_token": "cls_token",
    "separator_token": "sep_token",
    "mask_token": "mask_token",
    "padding_token": "pad_token",
}
_BPE_TOKENS = {
    "start_token": "bos_token",
    "end_token": "eos_token",
    "separator_token": "sep_token",
    "mask_token": "mask_token",
    "padding_token": "pad_token",
    "unknown_token": "unk_token",
}


def write_hugging_face_tokenizer(
    tokenizer: "Tokenizer", folder: Path, *, foreign: "ForeignFamily", frame: TextFrame, max_length: int | None
) -> bool:
    """Writes `tokenizer.json`, the vocabulary, `tokenizer_config.json` and `special_tokens_map.json`.

    `AutoTokenizer` of transformers gives the same ids with them: if its class for a family would split text by other
    rules, `tokenizer_config.json` names the class that reads `tokenizer.json` as it is.

    Args:
        tokenizer: a tokenizer of kind wordpiece, bpe, sentencepiece or llama2c.
        folder: the folder to write to.
        foreign: the published form of the model's family.
        frame: the special tokens around a text.
        max_length: the number of positions of the model, or None.

    Returns:
        Whether transformers has such a tokenizer; if not, nothing is written.
    """
    writers = {
        "wordpiece": _word_piece,
        "bpe": _byte_level,
        "sentencepiece": _sentence_piece,
        "llama2c": _llama2c,
    }
    if tokenizer.kind not in writers:
        return False
    settings, special = writers[tokenizer.kind](tokenizer, folder, foreign, frame)
    if max_length is not None:
        settings["model_max_length"] = max_length
    names = tokenizer.tokens if tokenizer.vocabulary is None else tokenizer.vocabulary
    ids = {name: token_id for token_id, name in enumerate(names)}
    found = {token.content: _described(token) for token in tokenizer.found_tokens}  # pyright: ignore[reportAttributeAccessIssue]
    decoder = {str(ids[name]): found[name] for name in sorted(found, key=ids.__getitem__)}
    _write_json(folder / "tokenizer_config.json", {**settings, "added_tokens_decoder": decoder, **special})
    flagged = {role: found[name] if found.get(name, {}).get("lstrip") else name for role, name in special.items()}
    _write_json(folder / "special_tokens_map.json", flagged)
    write_fast_tokenizer(tokenizer, folder / "tokenizer.json", frame=frame)
    return True


def _described(token: Any) -> dict[str, Any]:
    names = ("content", "lstrip", "normalized", "rstrip", "special")
    return {**{name: getattr(token, name) for name in names}, "single_word": False}


def special_ids(tokenizer: "Tokenizer", foreign: "ForeignFamily") -> dict[str, int]:
    """The token ids in `config.json`: those of the family's `token_ids`."""
    ids = {"bos_token_id": "start_id", "eos_token_id": "end_id", "pad_token_id": "padding_id"}
    return {name: getattr(tokenizer, ids[name]) for name in foreign.token_ids}


def _word_piece(tokenizer, folder, foreign, frame):
    write_text(folder / "vocab.txt", "".join(f"{token}\n" for token in tokenizer.vocabulary))
    options = tokenizer.options
    usual = frame.before == (tokenizer.start_id,) and frame.after
    settings = {
        "tokenizer_class": foreign.word_piece_class if usual else _AS_IT_IS,
        "do_lower_case": options["lowercase"],
        "strip_accents": options["strip_accents"],
        "tokenize_chinese_chars": options["split_chinese"],
    }
    return settings, {theirs: options[ours] for ours, theirs in _WORDPIECE_TOKENS.items()}


def _byte_level(tokenizer, folder, foreign, frame):
    del foreign
    ids = {token: token_id for token_id, token in enumerate(tokenizer.vocabulary)}
    _write_json(folder / "vocab.json", ids)
    write_text(folder / "merges.txt", "".join(f"{line}\n" for line in ["#version: 0.2", *tokenizer.merges]))
    options = tokenizer.options
    roberta = options["separator_token"] is not None
    special = {theirs: options[ours] for ours, theirs in _BPE_TOKENS.items() if options[ours] is not None}
    special.setdefault("bos_token", options["end_token"])
    special.setdefault("unk_token", options["end_token"])  # which byte-level BPE never produces
    if roberta:
        special["cls_token"] = special["bos_token"]
    # The classes frame a text by themselves: RobertaTokenizer on both sides, GPT2Tokenizer before it or not at all.
    starts = frame.before == (tokenizer.start_id,)
    usual = bool(starts and frame.after) if roberta else not frame.after and (starts or not frame.before)
    name = "RobertaTokenizer" if roberta else "GPT2Tokenizer"
    settings = {
        "tokenizer_class": _AS_IT_IS
        if options["single_digits"] or options["missing_byte_token"] or not usual
        else name,
        "add_prefix_space": options["add_prefix_space"],
    }
    return settings if frame.after else {**settings, "add_bos_token": bool(frame.before)}, special


def _sentence_piece(tokenizer, folder, foreign, frame):
    name = foreign.sentence_piece_class
    tokenizer.write_assets(folder)
    if name:
        (folder / tokenizer.model_file).rename(folder / "spiece.model")
        settings: dict[str, Any] = {
            "tokenizer_class": _AS_IT_IS if frame.before else name,  # T5's puts nothing before a text
            "extra_ids": tokenizer.extra_ids,
        }
    else:
        settings = _llama_settings(frame)
    names = tokenizer.tokens
    special = {"eos_token": names[tokenizer.end_id], "unk_token": names[tokenizer.unknown_id]}
    if tokenizer.padding_id in tokenizer.special_ids:
        special["pad_token"] = names[tokenizer.padding_id]
    return settings, special if name else {**special, "bos_token": names[tokenizer.start_id]}


def _llama2c(tokenizer, folder, foreign, frame):
    del foreign
    (folder / "tokenizer.model").write_bytes(tokenizer.sentence_piece_model())
    return _llama_settings(frame), {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}


def _llama_settings(frame: TextFrame) -> dict[str, Any]:
    causal = {} if frame.after else {"add_bos_token": bool(frame.before), "add_eos_token": False}
    return {"tokenizer_class": _AS_IT_IS, **causal}


def _write_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
