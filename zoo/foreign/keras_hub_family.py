"""What a family is called by KerasHub."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...layers.plain.errors import UserError
from ..model_config import ModelConfig
from .foreign_keys import ForeignKeys
from .hub_tensors import HubTensors
from .weight_map import WeightMap

MASKED_HEAD = {"head_activation": "gelu", "head_norm_epsilon": 1e-5}
"""Options of a masked language model that KerasHub wrote into the code of all its masked heads."""


def check_fixed(cls: str, fixed: Mapping[str, Any], ours: Any) -> None:
    """Raises `UserError` where ours has other values than those that KerasHub wrote into the code of a class."""
    for name, value in fixed.items():
        if getattr(ours, name) != value:
            raise UserError(
                f"KerasHub's {cls} has {name} {value!r}, this model {getattr(ours, name)!r}: it has no equal there"
            )


@dataclass(frozen=True, kw_only=True)
class KerasHubFamily:
    """A family as a backbone of KerasHub; all that import and export know of it.

    `ForeignFamily.keras_hub` names it. KerasHub itself is imported by neither.

    Args:
        backbone: the class in `keras_hub.models`.
        tokenizer: the class of its tokenizer there.
        task: what a backbone can be used for as it is.
        from_keras_hub: the configuration of what `config` in a preset's `config.json` holds.
        to_keras_hub: of a configuration, the arguments of the class; a field of ours that the class has no argument
            for is in `fixed`.
        weight_map: of a configuration and a task, which weight is which. Theirs are called as the backbone's weights
            (`weight.path`), and the axes of heads and of their width are one.
        heads: further tasks, and the class that puts the head of each on the backbone, equal to ours; their rules are
            those of `weight_map`.
        tensors: how its weights are read and set, for families that keep some otherwise.
        fixed: fields of the configuration that KerasHub wrote into its code, with their values there.

    Example:
        >>> from langzoo.zoo.models.bert.foreign import FOREIGN
        >>> FOREIGN.keras_hub[0].backbone, FOREIGN.keras_hub[0].fixed["activation"]
        ('BertBackbone', 'gelu_approximate')
    """

    backbone: str
    tokenizer: str
    task: str
    from_keras_hub: Callable[[ForeignKeys], dict[str, Any]]
    to_keras_hub: Callable[[Any], dict[str, Any]]
    weight_map: Callable[[Any, str], WeightMap]
    fixed: dict[str, Any]
    heads: Mapping[str, str] = field(default_factory=dict)
    tensors: type[HubTensors] = HubTensors

    @property
    def tasks(self) -> tuple[str, ...]:
        """What models of KerasHub are here: that of a backbone, and those of heads."""
        return (self.task, *self.heads)

    def config(self, cls: type[ModelConfig], values: Any) -> ModelConfig:
        """The configuration that a preset describes.

        Args:
            cls: of the configuration.
            values: what stands under `config`.

        Raises:
            UserError: a missing key, an unknown one, or a value that cannot be.
        """
        keys = ForeignKeys(values, source="config.json, config")
        for without_effect in ("name", "trainable", "dtype"):  # weights are read as float32
            keys.get(without_effect)
        fields = self.from_keras_hub(keys)
        keys.finish()
        return cls.from_dict({**fields, **self.fixed})

    def arguments(self, config: ModelConfig) -> dict[str, Any]:
        """The arguments of the backbone's class.

        Raises:
            UserError: KerasHub has no such model.
        """
        check_fixed(self.backbone, self.fixed, config)
        return self.to_keras_hub(config)
