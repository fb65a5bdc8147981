"""Descriptions of published families."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...layers.plain.errors import UserError
from ..model_config import ModelConfig
from .keras_hub_family import KerasHubFamily
from .weight_map import WeightMap

Values = Mapping[str, Any]
"""The content of a JSON file."""


@dataclass(frozen=True, kw_only=True)
class ForeignFamily:
    """The description of a family as published by Hugging Face and others, for import and export.

    A configuration class names the module that defines its own, as `FOREIGN`: `foreign = ".foreign"` is the one next to
    it. It is loaded when weights are imported or exported, so that listing models costs nothing. A class does not
    inherit it, since a model with another body has other weights.

    Args:
        model_types: the values of `model_type` in `config.json`.
        architectures: transformers class -> task.
        from_hugging_face: a function that converts the content of a `config.json` to a configuration.
        to_hugging_face: a function that converts a configuration and a task to a `config.json` for transformers.
        weight_map: a function from a configuration and a task to the map of weights.
        fitted: a function from a configuration, a task and the names in a file to the variant that fits weights that
            the `config.json` does not mention.
        checkpoint_configs: file next to a TensorFlow checkpoint -> function that makes the configuration from its
            content.
        from_tf_name: a function that gives Hugging Face's name of a variable in a TensorFlow checkpoint and whether it
            is transposed there, or None for a variable that is not a weight; see `RenamedTensors`. None if such
            checkpoints are not read.
        sentence_piece_options: a function from the contents of `tokenizer_config.json` and `tokenizer.json` (or None)
            to options of a `SentencePieceTokenizer`.
        word_piece_class: the transformers class that reads its WordPiece vocabulary.
        sentence_piece_class: the transformers class that reads its SentencePiece model, with sentinels, from
            `spiece.model`; None for the class that reads `tokenizer.json` as it is.
        token_ids: the keys of `config.json` for the ids of tokens.
        keras_hub: the equivalent KerasHub backbones, the usual one first.
        counts_by_padding: whether positions are offset by the padding token's id, which `to_hugging_face` sets.

    Example:
        >>> from langzoo.zoo.models.bert.foreign import FOREIGN
        >>> FOREIGN.model_types, FOREIGN.architectures["BertModel"]
        (('bert', 'ernie'), 'text_encoder')
    """

    model_types: tuple[str, ...]
    architectures: Mapping[str, str]
    from_hugging_face: Callable[[Values], ModelConfig]
    to_hugging_face: Callable[[Any, str], dict[str, Any]]
    weight_map: Callable[[Any, str], WeightMap]
    fitted: Callable[[Any, str, Collection[str]], ModelConfig] = lambda config, task, names: config
    checkpoint_configs: Mapping[str, Callable[[Values], ModelConfig]] = field(default_factory=dict)
    from_tf_name: Callable[[str], tuple[str, bool] | None] | None = None
    sentence_piece_options: Callable[[Values, Values | None], dict[str, Any]] = lambda settings, fast: {}
    word_piece_class: str = "BertTokenizer"
    sentence_piece_class: str | None = None
    token_ids: tuple[str, ...] = ("pad_token_id",)
    keras_hub: tuple[KerasHubFamily, ...] = ()
    counts_by_padding: bool = False

    def checked_task(self, config: ModelConfig, task: str) -> str:
        """That task of the family.

        Raises:
            UserError: the family does not have the task, or there is no published class for it.
        """
        task, known = config.checked_task(task), sorted(set(self.architectures.values()))
        if task not in known:
            raise UserError(
                f"a {task} of the family {config.family} has no known equivalent in transformers; "
                f"{', '.join(known)} {'have' if len(known) > 1 else 'has'}"
            )
        return task
