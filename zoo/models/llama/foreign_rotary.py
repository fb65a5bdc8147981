"""Rotary positions in Hugging Face's configurations."""

import math
from typing import Any

from ....layers.plain.errors import UserError
from ...foreign.foreign_keys import ForeignKeys
from ...foreign.hugging_face_keys import close_config
from .llama_config import LlamaConfig

_KINDS = {"default": None, "linear": "linear", "llama3": "llama3", "yarn": "yarn"}


def read_rotary(keys: ForeignKeys) -> tuple[float, dict[str, Any] | None]:
    """Reads the base and `RotaryScaling`, from `rope_theta` and `rope_scaling` or, since version 5, `rope_parameters`.

    Raises:
        UserError: an unsupported kind, or a missing or invalid number.
    """
    keys.only("partial_rotary_factor", 1, 1.0)
    base = keys.number("rope_theta", 10000.0)
    older, newer = keys.get("rope_scaling", {}), keys.get("rope_parameters", {})
    if older and newer and older != newer:
        raise UserError(f"{keys.source}: rope_scaling and rope_parameters differ; keep one of them")
    rope = ForeignKeys(newer or older, source=f"{keys.source}, {'rope_parameters' if newer else 'rope_scaling'}")
    rope.only("partial_rotary_factor", 1, 1.0)
    base = rope.number("rope_theta", base)
    older_word, word = rope.get("type"), rope.get("rope_type")
    kind = rope.choice("type" if word is None else "rope_type", _KINDS, "default")
    if None not in (word, older_word) and word != older_word:
        raise UserError(f"{rope.source}: rope_type is {word!r} and type {older_word!r}; keep one of them")
    rope.get("finetuned")  # how the model was made
    if kind is None:
        rope.only("factor", 1, 1.0)
        close_config(rope)
        return base, None
    fields: dict[str, Any] = {"kind": kind, "factor": rope.number("factor")}
    if kind == "llama3":
        fields["original_max_sequence_length"] = rope.integer("original_max_position_embeddings")
        fields["low_frequency_factor"] = rope.number("low_freq_factor")
        fields["high_frequency_factor"] = rope.number("high_freq_factor")
    if kind == "yarn":
        rope.only("truncate", True)
        # By default, transformers takes the current length of the model.
        length = rope.integer("original_max_position_embeddings", None)
        fields["original_max_sequence_length"] = length or keys.integer("max_position_embeddings")
        fields["beta_fast"] = rope.number("beta_fast", 32.0)
        fields["beta_slow"] = rope.number("beta_slow", 1.0)
        fields["attention_factor"] = _attention_factor(rope, fields["factor"])
    close_config(rope)
    return base, fields


def write_rotary(config: LlamaConfig) -> dict[str, Any]:
    """Writes `rope_theta` and `rope_scaling`, which versions 4 and 5 both read."""
    scaling, words = config.rotary_scaling, None
    if scaling is not None:
        names = {
            "factor": "factor",
            "original_max_sequence_length": "original_max_position_embeddings",
            "low_frequency_factor": "low_freq_factor",
            "high_frequency_factor": "high_freq_factor",
        }
        values = scaling.to_dict()
        words = {"rope_type": values.pop("kind"), **{names.get(name, name): value for name, value in values.items()}}
    return {"rope_theta": config.rotary_base, "rope_scaling": words}


def _attention_factor(rope: ForeignKeys, factor: float) -> float | None:
    """The given factor, or that of the two scales of DeepSeek, or None for the paper's."""
    given = rope.number("attention_factor", None)
    scale, scale_of_all = rope.number("mscale", None), rope.number("mscale_all_dim", None)
    if given is not None or not (scale and scale_of_all):
        return given
    logarithm = 0.1 * math.log(max(factor, 1.0))
    return (scale * logarithm + 1) / (scale_of_all * logarithm + 1)
