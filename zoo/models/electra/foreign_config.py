"""Published ELECTRA configurations."""

from collections.abc import Mapping
from typing import Any

from ...foreign.hugging_face_keys import close_config, open_config
from ..hugging_face_encoder import read_encoder, write_encoder
from .electra_config import ElectraConfig

_CLASSES = {
    "replaced_token_detector": "ElectraForPreTraining",
    "masked_lm": "ElectraForMaskedLM",
    "text_encoder": "ElectraModel",
    "text_classifier": "ElectraForSequenceClassification",
    "span_extractor": "ElectraForQuestionAnswering",
}
ARCHITECTURES = {name: task for task, name in _CLASSES.items()}
"""transformers class -> task."""


def from_hugging_face(values: Mapping[str, Any]) -> ElectraConfig:
    """The configuration of a `config.json` of model type "electra".

    Raises:
        UserError: a missing key, or an invalid or unsupported value, in one line.
    """
    keys = open_config(values)
    embedding_dim = keys.integer("embedding_size")
    fields = read_encoder(keys, norm_epsilon=1e-12, num_segments=2)
    close_config(keys)
    return ElectraConfig.from_dict({**fields, "embedding_dim": embedding_dim})


def to_hugging_face(config: ElectraConfig, task: str) -> dict[str, Any]:
    """The `config.json` of transformers' model for a task."""
    return {
        "model_type": "electra",
        "architectures": [_CLASSES[task]],
        **write_encoder(config, num_segments=config.num_segments, pad_token_id=0),
        "embedding_size": config.embedding_dim,
    }
