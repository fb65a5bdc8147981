"""Conversion of published configurations."""

from collections.abc import Mapping
from typing import Any

from ...layers.plain.errors import UserError
from ..model_config import ModelConfig
from .foreign_families import find_foreign_family, foreign_family, supported_model_types
from .foreign_family import ForeignFamily
from .foreign_keys import shown
from .hugging_face_keys import architectures

_OTHER_HEADS = {
    "ForTokenClassification": "a label for every token",
    "ForQuestionAnswering": "a span that answers a question",
    "ForMultipleChoice": "a choice among texts",
    "ForNextSentencePrediction": "whether two texts follow one another",
    "LMHeadModel": "a causal language model",
    "ForCausalLM": "a causal language model",
    "EncoderModel": "an encoder without its decoder",
}


def config_from_hugging_face(values: Mapping[str, Any]) -> ModelConfig:
    """Converts a Hugging Face `config.json` to a configuration.

    Args:
        values: the content of the file.

    Raises:
        UserError: a model type that no family reads, a missing key, an invalid value, or one that is not supported; one
            line names the key, the value and the supported values.

    Example:
        >>> config_from_hugging_face({
        ...     "model_type": "gpt2", "vocab_size": 99, "n_layer": 1, "n_head": 2, "n_embd": 8, "n_positions": 16
        ... }).family
        'gpt2'
    """
    return _family(values).from_hugging_face(values)


def config_to_hugging_face(config: ModelConfig, task: str) -> dict[str, Any]:
    """Converts a configuration to a `config.json` for transformers' model of a task.

    The ids of tokens and names of classes are not included: the caller adds them.

    Args:
        config: a configuration of a family that transformers has too.
        task: the task of the model, e.g. `"masked_lm"`.

    Raises:
        UserError: transformers has no such family or no such model, or the family does not have the task.

    Example:
        >>> from langzoo.zoo import named_model
        >>> config_to_hugging_face(named_model("t5_small").config, "seq2seq_lm")["d_model"]
        512
    """
    foreign = foreign_family(config)
    return foreign.to_hugging_face(config, foreign.checked_task(config, task))


def task_of(values: Mapping[str, Any]) -> str | None:
    """The task of a Hugging Face `config.json`, from its `architectures`; None if it names none.

    Args:
        values: the content of the file.

    Raises:
        UserError: a model type that no family reads, or an architecture that is not one of its tasks.

    Example:
        >>> task_of({"model_type": "bert", "architectures": ["BertForPreTraining"]})
        'masked_lm'
    """
    tasks, names = _family(values).architectures, architectures(values)
    known = [tasks[name] for name in names if name in tasks]
    if names and not known:
        raise UserError(_unknown_architecture(names[0], tasks))
    return known[0] if known else None


def _unknown_architecture(name: str, known: Mapping[str, str]) -> str:
    """The error for an unknown architecture. No guess: a class of a similar name has another head."""
    head = next((f" ({does})" for ending, does in _OTHER_HEADS.items() if name.endswith(ending)), "")
    body = "; for its body alone: --task text_encoder" if "text_encoder" in known.values() else ""
    return f"config.json: {shown(name)}{head} is not supported; supported: {', '.join(sorted(known))}{body}"


def _family(values: Mapping[str, Any]) -> ForeignFamily:
    if not isinstance(values, Mapping):
        raise UserError(f"config.json must hold an object of keys and values, not {type(values).__name__}")
    model_type = values.get("model_type")
    if model_type is None:
        raise UserError(f"config.json: model_type is missing; {supported_model_types()}")
    found = find_foreign_family(lambda name, foreign: model_type in foreign.model_types)
    if found is None:
        # No suggestions: bart is one letter from bert, but another model.
        raise UserError(f"config.json: the model type {shown(model_type)} is not supported; {supported_model_types()}")
    quantized = values.get("quantization_config")
    if quantized:
        method = quantized.get("quant_method") if isinstance(quantized, Mapping) else None
        kind = "" if method is None else f" ({shown(method)})"
        raise UserError(
            f"config.json: the weights are quantised{kind}, which is not supported; name the folder of the model in "
            "float32, float16 or bfloat16 that they were made from"
        )
    return found
