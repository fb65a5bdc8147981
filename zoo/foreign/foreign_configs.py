"""Which family reads which published configuration."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ..model_config import ModelConfig
from ..models.bert import foreign_config as bert
from ..models.distilbert import foreign_config as distilbert
from ..models.electra import foreign_config as electra
from ..models.gpt2 import foreign_config as gpt2
from ..models.llama import foreign_config as llama
from ..models.roberta import foreign_config as roberta
from ..models.t5 import foreign_config as t5
from .foreign_keys import shown
from .hugging_face_keys import architectures

_BY_MODEL_TYPE: dict[str, ModuleType] = {
    "bert": bert,
    "ernie": bert,
    "roberta": roberta,
    "xlm-roberta": roberta,
    "camembert": roberta,
    "distilbert": distilbert,
    "electra": electra,
    "gpt2": gpt2,
    "llama": llama,
    "mistral": llama,
    "t5": t5,
}
_BY_FAMILY = {
    "bert": bert,
    "roberta": roberta,
    "distilbert": distilbert,
    "electra": electra,
    "gpt2": gpt2,
    "llama": llama,
    "t5": t5,
}

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
    """The configuration that a Hugging Face `config.json` describes.

    Args:
        values: what the file holds.

    Raises:
        UserError: a model type that no family reads, a missing key, an impossible value, or one that is not honoured;
            one line names the key, the value and what is supported.

    Example:
        >>> config_from_hugging_face({
        ...     "model_type": "gpt2", "vocab_size": 99, "n_layer": 1, "n_head": 2, "n_embd": 8, "n_positions": 16
        ... }).family
        'gpt2'
    """
    return _translation(values).from_hugging_face(values)


def config_to_hugging_face(config: ModelConfig, task: str) -> dict[str, Any]:
    """A `config.json` from which transformers builds the model for a task.

    Ids of tokens and names of classes are not in it: whoever has the tokenizer and the classes adds them.

    Args:
        config: of a family that transformers has too.
        task: what the model is used for, e.g. `"masked_lm"`.

    Raises:
        UserError: transformers has no such family or no such model, or the family does not have the task.

    Example:
        >>> from langzoo.zoo import named_model
        >>> config_to_hugging_face(named_model("t5_small").config, "seq2seq_lm")["d_model"]
        512
    """
    if config.family not in _BY_FAMILY:
        message = unknown_name_message("family for Hugging Face's format", config.family, _BY_FAMILY)
        raise UserError(message)
    return _BY_FAMILY[config.family].to_hugging_face(config, task)


def task_of(values: Mapping[str, Any]) -> str | None:
    """What the model of a Hugging Face `config.json` is used for, from its `architectures`; None where it names none.

    Args:
        values: what the file holds.

    Raises:
        UserError: a model type that no family reads, or an architecture that is none of its tasks.

    Example:
        >>> task_of({"model_type": "bert", "architectures": ["BertForPreTraining"]})
        'masked_lm'
    """
    translation = _translation(values)
    names = architectures(values)
    known = [translation.ARCHITECTURES[name] for name in names if name in translation.ARCHITECTURES]
    if names and not known:
        raise UserError(_unknown_architecture(names[0], translation.ARCHITECTURES))
    return known[0] if known else None


def _unknown_architecture(name: str, known: Mapping[str, str]) -> str:
    """A guess would mislead: a class of a like name has another head."""
    head = next((f" ({does})" for ending, does in _OTHER_HEADS.items() if name.endswith(ending)), "")
    body = "; for its body alone: --task text_encoder" if "text_encoder" in known.values() else ""
    return f"config.json: {shown(name)}{head} is not supported; supported: {', '.join(sorted(known))}{body}"


def _translation(values: Mapping[str, Any]) -> ModuleType:
    if not isinstance(values, Mapping):
        raise UserError(f"config.json must hold an object of keys and values, not {type(values).__name__}")
    model_type, supported = values.get("model_type"), ", ".join(sorted(_BY_MODEL_TYPE))
    if model_type is None:
        raise UserError(f"config.json: model_type is missing; supported: {supported}")
    if not isinstance(model_type, str) or model_type not in _BY_MODEL_TYPE:
        # No guess: bart is one letter from bert, and another model.
        raise UserError(f"config.json: the model type {shown(model_type)} is not supported; supported: {supported}")
    quantized = values.get("quantization_config")
    if quantized:
        method = quantized.get("quant_method") if isinstance(quantized, Mapping) else None
        kind = "" if method is None else f" ({shown(method)})"
        raise UserError(
            f"config.json: the weights are quantised{kind}, which is not supported; name the folder of the model in "
            "float32, float16 or bfloat16 that they were made from"
        )
    return _BY_MODEL_TYPE[model_type]
