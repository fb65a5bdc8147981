"""Published RoBERTa configurations."""

from collections.abc import Mapping
from typing import Any

from ...foreign.hugging_face_keys import close_config, open_config
from ..hugging_face_encoder import read_encoder, write_encoder
from .roberta_config import RobertaConfig

_CLASSES = {
    "masked_lm": "ForMaskedLM",
    "text_encoder": "Model",
    "text_classifier": "ForSequenceClassification",
    "span_extractor": "ForQuestionAnswering",
}

ARCHITECTURES = {
    prefix + suffix: task for prefix in ("Roberta", "XLMRoberta", "Camembert") for task, suffix in _CLASSES.items()
}
"""transformers class -> task."""


def from_hugging_face(values: Mapping[str, Any]) -> RobertaConfig:
    """The configuration of a `config.json` of model type "roberta", "xlm-roberta" or "camembert".

    A `RobertaModel` has a pooler in transformers, although most published files contain none; `pooler` stays None, and
    if its weights are found, the caller makes a variant with `pooler="first_token"`.

    Raises:
        UserError: a missing key, or an invalid or unsupported value, in one line.
    """
    keys = open_config(values)
    padding_id = RobertaConfig.position_offset - 1
    keys.only("pad_token_id", padding_id)  # positions are counted from after it
    fields = read_encoder(keys, norm_epsilon=1e-12, num_segments=2)
    rows = fields["max_sequence_length"]
    if rows <= RobertaConfig.position_offset:
        raise keys.refusal("max_position_embeddings", f"more than {RobertaConfig.position_offset}, the rows not used")
    close_config(keys)
    length = rows - RobertaConfig.position_offset
    return RobertaConfig.from_dict({**fields, "max_sequence_length": length, "padding_id": padding_id})


def to_hugging_face(config: RobertaConfig, task: str) -> dict[str, Any]:
    """The `config.json` of transformers' model for a task.

    Whatever `padding_id` is, transformers gives the token 1 no position; results differ if a text contains that token.
    """
    padding = config.position_offset - 1
    return {
        "model_type": "roberta",
        "architectures": ["Roberta" + _CLASSES[task]],
        **write_encoder(config, num_segments=config.num_segments, pad_token_id=padding),
        "max_position_embeddings": config.max_sequence_length + config.position_offset,
    }
