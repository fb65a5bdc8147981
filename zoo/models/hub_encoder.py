"""Common parts of KerasHub's BERT and its relatives."""

from typing import Any

from ..foreign.foreign_keys import ForeignKeys
from ..foreign.keras_hub_rules import hub_blocks, hub_embedding, hub_layer_norm
from ..foreign.weight_rules import Rules
from .encoder_config import EncoderConfig

POOLER = (r"pooled_dense/(kernel|bias)",)
"""Patterns of weights that a backbone has although no head uses them."""
_SIZES = ("num_layers", "num_heads", "hidden_dim", "intermediate_dim", "max_sequence_length")


def hub_encoder_fields(keys: ForeignKeys, *, vocabulary: str = "vocabulary_size") -> dict[str, Any]:
    """The fields of `EncoderConfig`, with KerasHub's equal names; its dropout also applies to the attention weights.

    Args:
        keys: the keys of the preset.
        vocabulary: the key of the number of tokens.
    """
    sizes, dropout = {name: keys.integer(name) for name in _SIZES}, keys.number("dropout", 0.1)
    return {"vocabulary_size": keys.integer(vocabulary), **sizes, "dropout": dropout, "attention_dropout": dropout}


def hub_encoder_arguments(config: EncoderConfig, *, vocabulary: str = "vocabulary_size") -> dict[str, Any]:
    """The arguments of the backbone's class; for `vocabulary` see `hub_encoder_fields`."""
    return {vocabulary: config.vocabulary_size, **{name: getattr(config, name) for name in (*_SIZES, "dropout")}}


def hub_encoder_rules(config: EncoderConfig, *, embeddings: str = "") -> Rules:
    """The rules for embeddings of tokens and positions, their norm, and the blocks.

    Args:
        config: the configuration of the model.
        embeddings: the layer that contains both embeddings, followed by a slash; empty if there is none.
    """
    return {
        **hub_embedding("backbone/token_embedding", f"{embeddings}token_embedding"),
        **hub_embedding("backbone/position_embedding", f"{embeddings}position_embedding"),
        **hub_layer_norm("backbone/embedding_norm", "embeddings_layer_norm"),
        **hub_blocks(config.num_layers, config.hidden_dim, attention="self_attention_layer"),
    }
