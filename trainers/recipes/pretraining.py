"""Recipes of pre-training by the name of a model or a family. Importing this loads no TensorFlow."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...zoo.model_config import ModelConfig
from ...zoo.registry import named_model
from ..training_config import TrainingConfig
from .published import Published, parts_in_memory, scaled_to
from .recipe import RECIPES, Recipe, register_recipe

PRETRAIN = "pretrain"
"""The value of `--task` that selects such a recipe."""

_SUFFIX = "_pretraining"


def register_pretraining(
    name: str, *, published: str, more: Mapping[str, Any] | None = None
) -> Callable[[Recipe], Recipe]:
    """Decorator that registers a function returning the pre-training settings of a published shape, with its objective.

    It is registered as the recipe `NAME_pretraining`.

    Args:
        name: name of the model, or of the family for all its models without a recipe of their own.
        published: name of the model that the settings are for; smaller ones get fewer steps, see `scaled_to`.
        more: settings that are checked only with the user's, since they require something of them, such as a file.

    Raises:
        ValueError: see `register_recipe`.

    Example:
        >>> from langzoo.trainers.training_config import TrainingConfig
        >>> @register_pretraining("my_bert", published="bert_base_uncased")
        ... def my_bert():
        ...     '''Masked tokens, and nothing else.'''
        ...     return TrainingConfig().with_settings({"objective.name": "masked_token", "steps": 1000})
    """

    def register(recipe: Recipe) -> Recipe:
        register_recipe(f"{name}{_SUFFIX}")(recipe)
        _PUBLISHED[f"{name}{_SUFFIX}"] = (published, dict(more or {}))
        return recipe

    return register


@dataclasses.dataclass(frozen=True)
class Pretraining:
    """The pre-training settings of a model.

    Attributes:
        recipe: the name of the recipe.
        task: the task of the model.
        training: the settings of the published shape.
        published: the published shape.
        more: settings in addition to those of `training`, which the user's own complete.
    """

    recipe: str
    task: str
    training: TrainingConfig
    published: Published
    more: Mapping[str, Any]

    @classmethod
    def of(cls, name: str, family: str) -> "Pretraining":
        """Returns the recipe of a named model, else of its family.

        Raises:
            UserError: there is none; the existing ones are named.

        Example:
            >>> Pretraining.of("electra_tiny", "electra").task
            'electra_pair'
        """
        for each in (name, family):
            if (entry := RECIPES.find(f"{each}{_SUFFIX}")) is None:
                continue
            model, more = _PUBLISHED[entry.name]
            training = entry.value()
            from ..objectives import OBJECTIVES

            task = OBJECTIVES[training.objective.name].tasks[0]
            return cls(entry.name, task, training, Published.of(named_model(model).config), more)
        known = sorted(each.removesuffix(_SUFFIX) for each in RECIPES if each.endswith(_SUFFIX))
        raise UserError(unknown_name_message("family with a recipe of pre-training:", family, known))

    def scaled(self, config: ModelConfig, *, sequence_length: int | None = None) -> TrainingConfig:
        """The settings for another shape; see `scaled_to`."""
        training = self.training
        if training.objective.name == "masked_and_next_sentence" and not config.head_style.next_sentence:
            own = {key: value for key, value in training.objective.model_dump().items() if key in ("unit", "segmenter")}
            settings = {f"objective.{key}": value for key, value in own.items()}
            training = training.with_settings({"objective.name": "masked_token", **settings})
        return scaled_to(config, training, published=self.published, sequence_length=sequence_length)

    def for_request(
        self,
        config: ModelConfig,
        settings: Mapping[str, Any],
        *,
        vocabulary_size: int | None = None,
        beside: Iterable[str] = (),
    ) -> TrainingConfig:
        """The settings for a model, including those changed by the user.

        Args:
            config: configuration of the model.
            settings: dotted key -> value, of `TrainingConfig`.
            vocabulary_size: vocabulary size of a tokenizer that is trained; None for that of `config`.
            beside: see `TrainingConfig.with_settings`.

        Raises:
            UserError: see `TrainingConfig.with_settings`.
        """
        asked = {**self.more, **settings}
        if "epochs" in asked and "steps" not in asked:
            asked["steps"] = 0  # which would take precedence
        length = asked.get("data.sequence_length")
        training = self.scaled(config, sequence_length=length if isinstance(length, int) and length > 0 else None)
        training = training.with_settings(asked, beside=beside)
        if "accumulation_steps" in asked:
            return training
        sized = config if vocabulary_size is None else config.variant(vocabulary_size=vocabulary_size)
        return training.with_settings({"accumulation_steps": parts_in_memory(sized, training)})


_PUBLISHED: dict[str, tuple[str, dict[str, Any]]] = {}
