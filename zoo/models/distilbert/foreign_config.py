"""Published DistilBERT configurations."""

from collections.abc import Mapping
from typing import Any

from ....layers.plain.errors import UserError
from ...foreign.hugging_face_keys import ACTIVATION_WORDS, ACTIVATIONS, close_config, open_config
from .distilbert_config import DistilBertConfig

_CLASSES = {
    "masked_lm": "DistilBertForMaskedLM",
    "text_encoder": "DistilBertModel",
    "text_classifier": "DistilBertForSequenceClassification",
    "span_extractor": "DistilBertForQuestionAnswering",
}
ARCHITECTURES = {name: task for task, name in _CLASSES.items()}
"""transformers class -> task."""


def from_hugging_face(values: Mapping[str, Any]) -> DistilBertConfig:
    """The configuration of a `config.json` of model type "distilbert".

    Raises:
        UserError: a missing key, or an invalid or unsupported value, in one line.
    """
    keys = open_config(values)
    keys.only("sinusoidal_pos_embds", False)
    keys.only("tie_word_embeddings", True)
    keys.only("tie_weights_", True)
    keys.only("is_decoder", False)
    keys.only("is_encoder_decoder", False)
    for dropout_of_a_head in ("seq_classif_dropout", "qa_dropout"):
        keys.number(dropout_of_a_head, None)
    fields = {
        "vocabulary_size": keys.integer("vocab_size"),
        "num_layers": keys.integer("n_layers"),
        "num_heads": keys.integer("n_heads"),
        "hidden_dim": keys.integer("dim"),
        "intermediate_dim": keys.integer("hidden_dim"),
        "max_sequence_length": keys.integer("max_position_embeddings"),
        "dropout": keys.number("dropout", 0.1),
        "attention_dropout": keys.number("attention_dropout", 0.1),
        "activation": keys.choice("activation", ACTIVATIONS, "gelu"),
        "initializer_range": keys.number("initializer_range", 0.02),
    }
    close_config(keys)
    return DistilBertConfig.from_dict(fields)


def to_hugging_face(config: DistilBertConfig, task: str) -> dict[str, Any]:
    """The `config.json` of transformers' model for a task.

    Raises:
        UserError: the norms' epsilon is not the one that transformers writes
            into its code.
    """
    if config.norm_epsilon != 1e-12:
        raise UserError(f"a DistilBERT of transformers has norm_epsilon 1e-12, this one {config.norm_epsilon}")
    return {
        "model_type": "distilbert",
        "architectures": [_CLASSES[task]],
        "vocab_size": config.vocabulary_size,
        "n_layers": config.num_layers,
        "n_heads": config.num_heads,
        "dim": config.hidden_dim,
        "hidden_dim": config.intermediate_dim,
        "max_position_embeddings": config.max_sequence_length,
        "dropout": config.dropout,
        "attention_dropout": config.attention_dropout,
        "activation": ACTIVATION_WORDS[config.activation],
        "initializer_range": config.initializer_range,
        "sinusoidal_pos_embds": False,
        "tie_word_embeddings": True,
        "pad_token_id": 0,
    }
