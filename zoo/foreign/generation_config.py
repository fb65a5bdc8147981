"""Generation settings of published models: stop tokens and defaults."""

import math
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...layers.plain.errors import UserError
from ..import_remark import ImportRemark
from .foreign_keys import shown
from .read_json import MAX_CONFIG_BYTES, read_json

GENERATION_FILE = "generation_config.json"
SETTINGS = (
    "do_sample",
    "temperature",
    "top_k",
    "top_p",
    "max_new_tokens",
    "num_beams",
    "length_penalty",
    "repetition_penalty",
    "no_repeat_ngram_size",
)
"""The settings that are kept, in this order."""
MAX_STOP_IDS = 64
NO_ID = -1  # what some files write for no value


def read_generation_config(folder: Path) -> dict[str, Any]:
    """Reads the `generation_config.json` of a folder; {} if there is none.

    Raises:
        UserError: it is not a JSON object.
    """
    path = folder / GENERATION_FILE
    return read_json(path, max_bytes=MAX_CONFIG_BYTES) if path.exists() else {}


def generation_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """The recommended settings of a publisher among `SETTINGS`, as written in the file.

    They are kept for people to read; `generate` takes no defaults from here.

    Args:
        values: the values of `generation_config.json`.

    Example:
        >>> generation_settings({"do_sample": True, "temperature": 0.6, "eos_token_id": [1, 2], "top_p": None})
        {'do_sample': True, 'temperature': 0.6}
    """
    return {name: values[name] for name in SETTINGS if _is_setting(values.get(name))}


def generation_flags(settings: Mapping[str, Any]) -> str:
    """The flags of `langzoo generate` for a publisher's settings, as far as they exist; "" for none.

    Args:
        settings: the result of `generation_settings`.

    Example:
        >>> generation_flags({"do_sample": False, "temperature": 0.6, "max_new_tokens": 9, "repetition_penalty": 1.3})
        '--max-tokens 9 --repetition-penalty 1.3'
    """
    drawn, beams = bool(settings.get("do_sample")), settings.get("num_beams", 1) > 1
    unused = set() if drawn else {"temperature", "top_k", "top_p"}
    unused |= set() if beams and not drawn else {"num_beams", "length_penalty"}
    names = {"max_new_tokens": "max_tokens", "num_beams": "width"}
    flags = {names.get(name, name): value for name, value in settings.items() if name not in {*unused, "do_sample"}}
    if drawn and not flags.keys() & {"temperature", "top_k", "top_p"}:
        flags["temperature"] = 1.0
    return " ".join(f"--{name.replace('_', '-')} {value}" for name, value in flags.items())


def stop_ids(config: Mapping[str, Any], generation: Mapping[str, Any], vocabulary_size: int) -> list[int]:
    """The ids that end a text, from `config.json` and `generation_config.json` together, each once.

    An id that the model has no row for can never be generated: it is left out, with an `ImportRemark`.

    Args:
        config: the content of the first.
        generation: the content of the second.
        vocabulary_size: the number of rows of the model's matrix.

    Raises:
        UserError: a value is not an id or a list of ids.

    Example:
        >>> stop_ids({"eos_token_id": 2}, {"eos_token_id": [2, 7]}, 10)
        [2, 7]
    """
    found: list[int] = []
    for source, values in (("config.json", config), (GENERATION_FILE, generation)):
        given = values.get("eos_token_id")
        ids = given if isinstance(given, list) else [] if given is None else [given]
        if len(ids) > MAX_STOP_IDS or not all(type(each) is int for each in ids):
            raise UserError(
                f"{source}: eos_token_id must be a token's id or a list of at most {MAX_STOP_IDS}, not {shown(given)}"
            )
        beyond = [each for each in ids if not 0 <= each < vocabulary_size]
        if any(each != NO_ID for each in beyond):
            remark = (
                f"{source}: eos_token_id {shown(given)} is left out where it is beyond the {vocabulary_size:,} tokens"
            )
            warnings.warn(ImportRemark(remark), stacklevel=2)
        found += [each for each in ids if each not in beyond]
    return list(dict.fromkeys(found))


def _is_setting(value: Any) -> bool:
    return isinstance(value, (bool, int, float)) and math.isfinite(value)
