"""Descriptions of families in KerasHub."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...layers.plain.errors import UserError
from ..model_config import ModelConfig
from .foreign_keys import ForeignKeys
from .hub_tensors import HubTensors
from .weight_map import WeightMap

MASKED_HEAD = {"head_activation": "gelu", "head_norm_epsilon": 1e-5}
"""Options of masked language models that are fixed in the code of KerasHub's heads."""


def check_fixed(cls: str, fixed: Mapping[str, Any], ours: Any) -> None:
    """Raises a `UserError` if our values differ from those that are fixed in the code of a KerasHub class."""
    for name, value in fixed.items():
        if getattr(ours, name) != value:
            raise UserError(
                f"KerasHub's {cls} has {name} {value!r}, this model {getattr(ours, name)!r}: it has no equivalent there"
            )


@dataclass(frozen=True, kw_only=True)
class KerasHubFamily:
    """The description of a family as a KerasHub backbone, for import and export.

    `ForeignFamily.keras_hub` refers to it. This does not import KerasHub.

    Args:
        backbone: the class in `keras_hub.models`.
        tokenizer: the KerasHub class of its tokenizer.
        task: the task of a backbone without a head.
        from_keras_hub: a function that converts `config` in a preset's `config.json` to a configuration.
        to_keras_hub: a function that converts a configuration to the arguments of the class; our fields without such an
            argument are in `fixed`.
        weight_map: a function from a configuration and a task to the map of weights. Their names are the paths of the
            backbone's weights (`weight.path`), and the axes of heads and head width are merged.
        heads: further tasks, with the class that adds an equivalent head to the backbone; their rules are those of
            `weight_map`.
        tensors: the access to its weights, for families that store some differently.
        fixed: fields of the configuration that are fixed in KerasHub's code, with their values there.

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
        """The tasks of KerasHub models: that of the backbone, and those of the heads."""
        return (self.task, *self.heads)

    def config(self, cls: type[ModelConfig], values: Any) -> ModelConfig:
        """The configuration that a preset describes.

        Args:
            cls: the class of the configuration.
            values: the content of `config`.

        Raises:
            UserError: a missing key, an unknown key, or an invalid value.
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
