"""GPT-2 as KerasHub has it."""

from typing import Any

from ...foreign.foreign_keys import ForeignKeys
from ...foreign.keras_hub_family import KerasHubFamily
from ...foreign.keras_hub_rules import hub_blocks, hub_embedding, hub_layer_norm
from ...foreign.weight_map import WeightMap
from .gpt2_config import GPT2Config

_SIZES = ("vocabulary_size", "num_layers", "num_heads", "hidden_dim", "intermediate_dim", "max_sequence_length")


def _fields(keys: ForeignKeys) -> dict[str, Any]:
    dropout = keys.number("dropout", 0.1)
    return {**{name: keys.integer(name) for name in _SIZES}, "dropout": dropout, "attention_dropout": dropout}


def _arguments(config: GPT2Config) -> dict[str, Any]:
    sizes = {name: getattr(config, name) for name in (*_SIZES, "dropout")}
    return {**sizes, "intermediate_dim": config.feed_forward_dim}


def _weight_map(config: GPT2Config, task: str) -> WeightMap:
    del task
    rules = {
        **hub_embedding("backbone/token_embedding", "token_embedding"),
        **hub_embedding("backbone/position_embedding", "position_embedding"),
        **hub_layer_norm("backbone/norm", "layer_norm"),
        **hub_blocks(config.num_layers, config.hidden_dim, attention="self_attention"),
    }
    for i in range(config.num_layers):
        rules |= hub_layer_norm(
            f"backbone/block_{i}/attention_norm", f"transformer_layer_{i}/self_attention_layer_norm"
        )
    return WeightMap(rules)


KERAS_HUB = KerasHubFamily(
    backbone="GPT2Backbone",
    tokenizer="GPT2Tokenizer",
    task="causal_lm",
    from_keras_hub=_fields,
    to_keras_hub=_arguments,
    weight_map=_weight_map,
    fixed={"activation": "gelu_approximate", "norm_epsilon": 1e-5, "use_bias": True, "local_attention_window": None},
)
