"""The common part of the `config.json` of BERT, RoBERTa and ELECTRA."""

from typing import Any

from ..foreign.foreign_keys import ForeignKeys
from ..foreign.hugging_face_keys import ACTIVATION_WORDS, ACTIVATIONS
from .encoder_config import EncoderConfig

_POSITIONS = {"absolute": None}


def read_encoder(keys: ForeignKeys, *, norm_epsilon: float, num_segments: int) -> dict[str, Any]:
    """Reads the fields of `EncoderConfig` and `num_segments`; max_sequence_length is the number of rows.

    Args:
        keys: the keys of the file.
        norm_epsilon: transformers' default if the file has none.
        num_segments: the same.
    """
    keys.only("is_decoder", False)
    keys.only("is_encoder_decoder", False)
    keys.only("tie_word_embeddings", True)
    keys.choice("position_embedding_type", _POSITIONS, "absolute")
    return {
        "vocabulary_size": keys.integer("vocab_size"),
        "num_layers": keys.integer("num_hidden_layers"),
        "num_heads": keys.integer("num_attention_heads"),
        "hidden_dim": keys.integer("hidden_size"),
        "intermediate_dim": keys.integer("intermediate_size"),
        "max_sequence_length": keys.integer("max_position_embeddings"),
        "num_segments": keys.integer("type_vocab_size", num_segments),
        "dropout": keys.number("hidden_dropout_prob", 0.1),
        "attention_dropout": keys.number("attention_probs_dropout_prob", 0.1),
        "activation": keys.choice("hidden_act", ACTIVATIONS, "gelu"),
        "norm_epsilon": keys.number("layer_norm_eps", norm_epsilon),
        "initializer_range": keys.number("initializer_range", 0.02),
    }


def write_encoder(config: EncoderConfig, *, num_segments: int, pad_token_id: int) -> dict[str, Any]:
    """Writes what `read_encoder` reads, for versions 4 and 5 of transformers."""
    return {
        "vocab_size": config.vocabulary_size,
        "num_hidden_layers": config.num_layers,
        "num_attention_heads": config.num_heads,
        "hidden_size": config.hidden_dim,
        "intermediate_size": config.intermediate_dim,
        "max_position_embeddings": config.max_sequence_length,
        "type_vocab_size": num_segments,
        "hidden_dropout_prob": config.dropout,
        "attention_probs_dropout_prob": config.attention_dropout,
        "hidden_act": ACTIVATION_WORDS[config.activation],
        "layer_norm_eps": config.norm_epsilon,
        "initializer_range": config.initializer_range,
        "position_embedding_type": "absolute",
        "tie_word_embeddings": True,
        "pad_token_id": pad_token_id,
    }
