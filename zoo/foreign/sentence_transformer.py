"""Folders of the sentence-transformers library: an encoder and its pooling."""

import json
from pathlib import Path, PurePath
from typing import Any

from ...layers.plain.errors import UserError
from ...layers.plain.read_file import read_file
from ...layers.plain.read_json import parse_json
from ..atomic_file import write_text
from .read_json import MAX_CONFIG_BYTES, read_json

MODULES_FILE = "modules.json"
POOLING_FILE = "config.json"
SETTINGS_FILE = "sentence_bert_config.json"
PROMPTS_FILE = "config_sentence_transformers.json"
_MAX_PROMPTS = 1000
_POOLINGS = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "first_token"}
_OTHER_POOLINGS = ("pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens")
_NEWER_POOLINGS = {"mean": "mean", "cls": "first_token"}  # values of the key pooling_mode


def is_sentence_transformer(folder: Path) -> bool:
    """Whether a folder was written by sentence-transformers."""
    return (folder / MODULES_FILE).is_file()


def read_sentence_transformer(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Reads the folder of the encoder, and the options of `TextEncoder`: `pooling`, `normalize`, `max_length`, prompts.

    Args:
        folder: the folder with `modules.json`.

    Raises:
        UserError: a module or a pooling is not supported, a module's folder is outside this one, or a file is damaged.

    Example:
        >>> read_sentence_transformer(Path("all-MiniLM-L6-v2"))
        (PosixPath('all-MiniLM-L6-v2'), {'pooling': 'mean', 'normalize': True, 'max_length': 256})
    """
    modules = _read_modules(folder / MODULES_FILE)
    kinds = [kind for kind, _ in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise UserError(
            f"{folder / MODULES_FILE} names the modules {', '.join(kinds)[:100]}; supported: Transformer, Pooling and "
            "Normalize"
        )
    encoder, pooling = _inside(folder, modules[0][1]), _inside(folder, modules[1][1])
    options: dict[str, Any] = {"pooling": _read_pooling(pooling / POOLING_FILE), "normalize": len(modules) == 3}
    if (encoder / SETTINGS_FILE).is_file():
        settings = read_json(encoder / SETTINGS_FILE, max_bytes=MAX_CONFIG_BYTES)
        if settings.get("do_lower_case"):
            raise UserError(f"{encoder / SETTINGS_FILE}: do_lower_case is true; supported: false")
        length = settings.get("max_seq_length")
        if length is not None:
            if not isinstance(length, int) or isinstance(length, bool) or length < 4:
                raise UserError(f"{encoder / SETTINGS_FILE}: max_seq_length must be a number of at least 4")
            options["max_length"] = length
    prompts = _read_prompts(folder / PROMPTS_FILE)
    if any(prompts.get("prompts", {}).values()) and not _includes_prompt(pooling / POOLING_FILE):
        raise UserError(
            f"{pooling / POOLING_FILE}: include_prompt is false, and {PROMPTS_FILE} has prompts; supported: true"
        )
    return encoder, options | prompts


def write_sentence_transformer(model: Any, folder: Path) -> None:
    """Writes the modules, pooling, settings and prompts of a text encoder for sentence-transformers.

    Nothing is written for the poolings that the library does not have. For "pooler", the output of transformers' own
    model is `pooler_output`.

    Args:
        model: a `TextEncoder`.
        folder: the folder to write to.
    """
    options = model.options
    if options["pooling"] not in _POOLINGS.values():
        return
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), *([("2_Normalize", "Normalize")] * options["normalize"])]
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for number, (path, kind) in enumerate(kinds)
    ]
    pooling = {
        "word_embedding_dimension": model.config.to_dict()["hidden_dim"],
        **{mode: ours == options["pooling"] for mode, ours in _POOLINGS.items()},
        **dict.fromkeys(_OTHER_POOLINGS, False),
    }
    length = options.get("max_length") or model.max_sequence_length
    settings = {"max_seq_length": length, "do_lower_case": False}
    files = {MODULES_FILE: modules, f"1_Pooling/{POOLING_FILE}": pooling, SETTINGS_FILE: settings}
    if options.get("prompts"):
        names = {name: options.get(name) for name in ("prompts", "default_prompt_name")}
        files[PROMPTS_FILE] = {**names, "similarity_fn_name": "cosine"}
    for path, _ in kinds:
        (folder / path).mkdir(exist_ok=True)
    for name, value in files.items():
        write_text(folder / name, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _read_prompts(path: Path) -> dict[str, Any]:
    """`prompts` and `default_prompt_name`, if the file has them."""
    if not path.is_file():
        return {}
    values = read_json(path, max_bytes=MAX_CONFIG_BYTES)
    prompts, default = values.get("prompts") or {}, values.get("default_prompt_name")
    if (
        not isinstance(prompts, dict)
        or len(prompts) > _MAX_PROMPTS
        or not all(isinstance(each, str) for each in prompts.values())
    ):
        raise UserError(f"{path}: prompts must be at most {_MAX_PROMPTS:,} names with a text each: copy it again")
    if default is not None and default not in prompts:
        raise UserError(f"{path}: default_prompt_name is {str(default)[:60]!r}, which is not one of its prompts")
    return {**({"prompts": prompts} if prompts else {}), **({"default_prompt_name": default} if default else {})}


def _includes_prompt(path: Path) -> bool:
    """Whether the tokens of a prompt are part of the mean."""
    return read_json(path, max_bytes=MAX_CONFIG_BYTES).get("include_prompt", True) is not False


def _read_modules(path: Path) -> list[tuple[str, str]]:
    """The class and folder of each module, in order."""
    modules = parse_json(read_file(path, max_bytes=MAX_CONFIG_BYTES), str(path))
    found = []
    for module in modules if isinstance(modules, list) else [None]:
        kind, place = (module.get("type"), module.get("path")) if isinstance(module, dict) else (None, None)
        if not isinstance(kind, str) or not isinstance(place, str):
            raise UserError(f"{path} must hold a list of modules with type and path: copy it again")
        found.append((kind.rsplit(".", 1)[-1], place))
    return found


def _inside(folder: Path, place: str) -> Path:
    """The folder of a module, which must be directly in that of the model."""
    if place not in ("", ".") and (PurePath(place).name != place or "\\" in place or place == ".."):
        raise UserError(f"{folder / MODULES_FILE} names the folder {place[:80]!r}, which is not part of this model")
    return folder / place


def _read_pooling(path: Path) -> str:
    settings = read_json(path, max_bytes=MAX_CONFIG_BYTES)
    if str(settings.get("pooling_mode")) in _NEWER_POOLINGS:
        return _NEWER_POOLINGS[settings["pooling_mode"]]
    modes = [key for key, value in settings.items() if key.startswith("pooling_mode_") and value is True]
    if len(modes) != 1 or modes[0] not in _POOLINGS:
        shown = ", ".join(modes)[:100] or "no mode"
        raise UserError(f"{path} has {shown} switched on; supported: one of {' and '.join(_POOLINGS)}")
    return _POOLINGS[modes[0]]
