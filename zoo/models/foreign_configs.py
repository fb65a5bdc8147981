"""Which family reads which published configuration."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ...layers.did_you_mean import unknown_name_message
from ...layers.errors import UserError
from ..model_config import ModelConfig
from .bert import foreign_config as bert
from .distilbert import foreign_config as distilbert
from .electra import foreign_config as electra
from .gpt2 import foreign_config as gpt2
from .hugging_face_keys import architectures
from .llama import foreign_config as llama
from .roberta import foreign_config as roberta
from .t5 import foreign_config as t5

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


def task_of(values: Mapping[str, Any]) -> str:
    """What the model of a Hugging Face `config.json` is used for, from its `architectures`.

    Args:
        values: what the file holds; without architectures, as some have it, the task is the family's default one.

    Raises:
        UserError: a model type that no family reads, or an architecture that is none of its tasks.

    Example:
        >>> task_of({"model_type": "bert", "architectures": ["BertForPreTraining"]})
        'masked_lm'
    """
    translation = _translation(values)
    names = architectures(values)
    if not names:
        return config_from_hugging_face(values).default_task
    known = [translation.ARCHITECTURES[name] for name in names if name in translation.ARCHITECTURES]
    if not known:
        raise UserError("config.json: " + unknown_name_message("architecture", names[0], translation.ARCHITECTURES))
    return known[0]


def _translation(values: Mapping[str, Any]) -> ModuleType:
    if not isinstance(values, Mapping):
        raise UserError(f"config.json must hold an object of keys and values, not {type(values).__name__}")
    model_type = values.get("model_type")
    if model_type is None:
        raise UserError(f"config.json: model_type is missing; known: {', '.join(sorted(_BY_MODEL_TYPE))}")
    if not isinstance(model_type, str) or model_type not in _BY_MODEL_TYPE:
        raise UserError("config.json: " + unknown_name_message("model_type", str(model_type), _BY_MODEL_TYPE))
    return _BY_MODEL_TYPE[model_type]
