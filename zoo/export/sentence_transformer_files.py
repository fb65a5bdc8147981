"""The files by which sentence-transformers knows how a text's vector is made."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ..atomic_file import write_text

if TYPE_CHECKING:
    from ..tasks import TextModel

_MODES = {"mean": "pooling_mode_mean_tokens", "first_token": "pooling_mode_cls_token"}
_OTHER_MODES = ("pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens")


def write_sentence_transformer(model: "TextModel", folder: Path) -> None:
    """Writes `modules.json`, `1_Pooling/config.json`, `sentence_bert_config.json` and the prompts of a text encoder.

    Nothing is written for the pooling "pooler", which that library does not have: transformers' own model gives it, as
    `pooler_output`.

    Args:
        model: with the task "text_encoder".
        folder: where to.
    """
    options = model.options
    if options["pooling"] not in _MODES:
        return
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), *([("2_Normalize", "Normalize")] * options["normalize"])]
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for number, (path, kind) in enumerate(kinds)
    ]
    pooling = {
        "word_embedding_dimension": model.config.to_dict()["hidden_dim"],
        **{mode: ours == options["pooling"] for ours, mode in _MODES.items()},
        **dict.fromkeys(_OTHER_MODES, False),
    }
    length = options.get("max_length") or model.max_sequence_length
    settings = {"max_seq_length": length, "do_lower_case": False}
    files = {"modules.json": modules, "1_Pooling/config.json": pooling, "sentence_bert_config.json": settings}
    if options.get("prompts"):
        names = {name: options.get(name) for name in ("prompts", "default_prompt_name")}
        files["config_sentence_transformers.json"] = {**names, "similarity_fn_name": "cosine"}
    (folder / "1_Pooling").mkdir()
    if options["normalize"]:
        (folder / "2_Normalize").mkdir()
    for name, value in files.items():
        write_text(folder / name, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
