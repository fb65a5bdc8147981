"""Which family's weights are called what elsewhere."""

from collections.abc import Callable, Collection
from types import ModuleType

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ..model_config import ModelConfig
from ..models.bert import foreign_weights as bert
from ..models.distilbert import foreign_weights as distilbert
from ..models.electra import foreign_weights as electra
from ..models.gpt2 import foreign_weights as gpt2
from ..models.llama import foreign_weights as llama
from ..models.roberta import foreign_weights as roberta
from ..models.t5 import foreign_weights as t5
from .weight_map import WeightMap

_BY_FAMILY: dict[str, ModuleType] = {
    "bert": bert,
    "roberta": roberta,
    "distilbert": distilbert,
    "electra": electra,
    "gpt2": gpt2,
    "llama": llama,
    "t5": t5,
}
_TF_FAMILIES = {"bert": bert, "gpt2": gpt2}


def weight_map(config: ModelConfig, task: str) -> WeightMap:
    """The names of all weights of a model in Hugging Face's files.

    Args:
        config: of a family that transformers has too.
        task: what the model is used for.

    Raises:
        UserError: transformers has no such family, or the family does not have the task.

    Example:
        >>> from langzoo.zoo import named_model
        >>> weight_map(named_model("gpt2_tiny").config, "causal_lm").names[0]
        'transformer.wte.weight'
    """
    return _family(config).weight_map(config, config.checked_task(task))


def fitted(config: ModelConfig, task: str, names: Collection[str]) -> ModelConfig:
    """The variant of a configuration that has a place for what a file holds and its `config.json` does not tell.

    Args:
        config: what `config.json` says.
        task: what the model is to be used for.
        names: the tensors in the file.
    """
    return _family(config).fitted(config, config.checked_task(task), names)


def tf_names(config: ModelConfig) -> Callable[[str], tuple[str, bool] | None]:
    """The function from names in a family's TensorFlow checkpoints to Hugging Face's; see `RenamedTensors`.

    Raises:
        UserError: its checkpoints of TensorFlow are not read.
    """
    if config.family not in _TF_FAMILIES:
        raise UserError(unknown_name_message("family with TensorFlow checkpoints", config.family, _TF_FAMILIES))
    return _TF_FAMILIES[config.family].from_tf_name


def _family(config: ModelConfig) -> ModuleType:
    if config.family not in _BY_FAMILY:
        raise UserError(unknown_name_message("family for Hugging Face's format", config.family, _BY_FAMILY))
    return _BY_FAMILY[config.family]
