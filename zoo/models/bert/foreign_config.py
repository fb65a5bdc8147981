"""Published BERT configurations: Hugging Face's and Google's."""

from collections.abc import Mapping
from typing import Any

from ....layers.plain.errors import UserError
from ...foreign.foreign_keys import ForeignKeys
from ...foreign.hugging_face_keys import architectures, close_config, open_config
from ..hugging_face_encoder import read_encoder, write_encoder
from .bert_config import BertConfig

ARCHITECTURES = {
    "BertForPreTraining": "masked_lm",
    "BertForMaskedLM": "masked_lm",
    "BertModel": "text_encoder",
    "BertForSequenceClassification": "text_classifier",
    "BertForQuestionAnswering": "span_extractor",
    "ErnieForPreTraining": "masked_lm",
    "ErnieForMaskedLM": "masked_lm",
    "ErnieModel": "text_encoder",
    "ErnieForSequenceClassification": "text_classifier",
    "ErnieForQuestionAnswering": "span_extractor",
}
"""transformers class -> task."""

_GOOGLE_ACTIVATIONS = {"gelu": "gelu", "relu": "relu", "tanh": "tanh"}


def from_hugging_face(values: Mapping[str, Any]) -> BertConfig:
    """The configuration of a `config.json` of model type "bert", or "ernie" without task ids.

    `next_sentence` follows the architecture: true only for `BertForPreTraining`, although some files of a
    `BertForMaskedLM` contain the weights of that head; then the caller makes a variant with `next_sentence=True`.

    Raises:
        UserError: a missing key, or an invalid or unsupported value, in one line.

    Example:
        >>> published = to_hugging_face(BertConfig(
        ...     vocabulary_size=99, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=16), "masked_lm")
        >>> published["architectures"], from_hugging_face(published).next_sentence
        (['BertForPreTraining'], True)
    """
    keys = open_config(values)
    keys.only("use_task_id", False)
    keys.get("task_type_vocab_size")  # without effect if there are no task ids
    _check_pooler(keys)
    fields = read_encoder(keys, norm_epsilon=1e-12, num_segments=2)
    close_config(keys)
    next_sentence = any(name in ("BertForPreTraining", "ErnieForPreTraining") for name in architectures(values))
    return BertConfig.from_dict({**fields, "next_sentence": next_sentence})


def to_hugging_face(config: BertConfig, task: str) -> dict[str, Any]:
    """The `config.json` of transformers' model for a task.

    Raises:
        UserError: a classifier without a pooler: transformers would add one with random weights.
    """
    if task == "text_classifier" and config.pooler is None:
        raise UserError("a BertForSequenceClassification of transformers has a pooler: this model has pooler=None")
    masked = "BertForPreTraining" if config.next_sentence else "BertForMaskedLM"
    classes = {
        "masked_lm": masked,
        "text_encoder": "BertModel",
        "text_classifier": "BertForSequenceClassification",
        "span_extractor": "BertForQuestionAnswering",
    }
    return {
        "model_type": "bert",
        "architectures": [classes[task]],
        **write_encoder(config, num_segments=config.num_segments, pad_token_id=0),
    }


def from_bert_config(values: Mapping[str, Any]) -> BertConfig:
    """See `BertConfig.from_bert_config`."""
    keys = ForeignKeys(values, source="bert_config.json")
    _check_pooler(keys)
    fields = {
        "vocabulary_size": keys.integer("vocab_size"),
        "num_layers": keys.integer("num_hidden_layers"),
        "num_heads": keys.integer("num_attention_heads"),
        "hidden_dim": keys.integer("hidden_size"),
        "intermediate_dim": keys.integer("intermediate_size"),
        "max_sequence_length": keys.integer("max_position_embeddings"),
        "num_segments": keys.integer("type_vocab_size"),
        "dropout": keys.number("hidden_dropout_prob", 0.1),
        "attention_dropout": keys.number("attention_probs_dropout_prob", 0.1),
        "activation": keys.choice("hidden_act", _GOOGLE_ACTIVATIONS, "gelu"),
        "initializer_range": keys.number("initializer_range", 0.02),
    }
    close_config(keys)
    return BertConfig.from_dict(fields)


def _check_pooler(keys: ForeignKeys) -> None:
    """Checks the keys that no code reads against the values of published models.

    Those are 768, 12, 3 and 128 in models of every width. Small checkpoints for tests (keras-bert's) have their own
    width and heads there, and 16.
    """
    keys.only("directionality", "bidi")
    keys.only("pooler_type", "first_token_transform")
    keys.only("pooler_fc_size", 768, keys.integer("hidden_size"))
    keys.only("pooler_num_attention_heads", 12, keys.integer("num_attention_heads"))
    keys.only("pooler_num_fc_layers", 3)
    keys.only("pooler_size_per_head", 128, 16)
