"""The description of a family as others publish it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...layers.plain.errors import UserError
from ..model_config import ModelConfig
from .keras_hub_family import KerasHubFamily
from .weight_map import WeightMap

Values = Mapping[str, Any]
"""What a JSON file holds."""


@dataclass(frozen=True, kw_only=True)
class ForeignFamily:
    """A family as Hugging Face and others publish it; all that import and export know of it.

    A configuration class names the module that holds its own, under the name `FOREIGN`: `foreign = ".foreign"` is the
    one beside it. It is loaded when weights are imported or exported, so that listing models costs nothing. A class
    does not inherit it: a model with another body has other weights.

    Args:
        model_types: what `model_type` in `config.json` says.
        architectures: class of transformers -> task.
        from_hugging_face: the configuration of what a `config.json` holds.
        to_hugging_face: of a configuration and a task, a `config.json` from which transformers builds the model.
        weight_map: of a configuration and a task, which weight is which.
        fitted: of a configuration, a task and the names in a file, the variant that has a place for what the file holds
            and its `config.json` does not tell.
        checkpoint_configs: file beside a TensorFlow checkpoint -> the configuration of what it holds.
        from_tf_name: Hugging Face's name of a variable in a TensorFlow checkpoint and whether it is transposed there,
            or None for one of no model; see `RenamedTensors`. None where no such checkpoints are read.
        sentence_piece_options: options of a `SentencePieceTokenizer` by what `tokenizer_config.json` and
            `tokenizer.json` (or None) hold.
        word_piece_class: class of transformers that reads its WordPiece vocabulary.
        sentence_piece_class: class of transformers that reads its SentencePiece model, with sentinels, from
            `spiece.model`; None where the one that reads `tokenizer.json` as it is does.
        token_ids: keys of `config.json` that name the ids of tokens.
        keras_hub: as which backbones KerasHub has it, the usual one first.
        counts_by_padding: whether positions are counted by the padding token's id, which `to_hugging_face` says.

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
            UserError: the family does not have it, or others have no class for it.
        """
        task, known = config.checked_task(task), sorted(set(self.architectures.values()))
        if task not in known:
            raise UserError(
                f"a {task} of the family {config.family} has no equal in transformers that is known here; "
                f"{', '.join(known)} {'have' if len(known) > 1 else 'has'}"
            )
        return task
