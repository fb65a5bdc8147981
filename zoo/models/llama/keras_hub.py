"""LLaMA and Mistral as KerasHub has them."""

from typing import Any

from ....layers.plain.errors import UserError
from ...foreign.foreign_keys import ForeignKeys
from ...foreign.foreign_part import ForeignPart
from ...foreign.keras_hub_family import KerasHubFamily
from ...foreign.keras_hub_rules import hub_attention, hub_dense, hub_embedding, hub_fused, hub_rms_norm
from ...foreign.weight_map import WeightMap
from .llama_config import LlamaConfig

_SCALING = ("rope_frequency_adjustment_factor", "rope_low_freq_factor", "rope_high_freq_factor")
_FIXED = {"activation": "silu", "rotary_scaling": None, "tie_embeddings": False}
_MAX_POSITIONS = 2048  # KerasHub's models have no limit, and neither do rotary positions


def _fields(keys: ForeignKeys) -> dict[str, Any]:
    return {
        "vocabulary_size": keys.integer("vocabulary_size"),
        "num_layers": keys.integer("num_layers"),
        "num_heads": keys.integer("num_query_heads"),
        "num_key_value_heads": keys.integer("num_key_value_heads"),
        "hidden_dim": keys.integer("hidden_dim"),
        "intermediate_dim": keys.integer("intermediate_dim"),
        "rotary_base": keys.number("rope_max_wavelength", 10000),
        "norm_epsilon": keys.number("layer_norm_epsilon", 1e-6),
        "dropout": keys.number("dropout", 0),
        "max_sequence_length": _MAX_POSITIONS,
    }


def _arguments(config: LlamaConfig) -> dict[str, Any]:
    return {
        "vocabulary_size": config.vocabulary_size,
        "num_layers": config.num_layers,
        "num_query_heads": config.num_heads,
        "num_key_value_heads": config.key_value_heads,
        "hidden_dim": config.hidden_dim,
        "intermediate_dim": config.intermediate_dim,
        "rope_max_wavelength": config.rotary_base,
        "layer_norm_epsilon": config.norm_epsilon,
        "dropout": config.dropout,
    }


def _llama_fields(keys: ForeignKeys) -> dict[str, Any]:
    keys.only("rope_position_scaling_factor", 1, 1.0)
    for name in _SCALING:
        keys.only(name)
    keys.get("rope_pretraining_sequence_length")  # only effective with these
    return _fields(keys)


def _llama_arguments(config: LlamaConfig) -> dict[str, Any]:
    if config.head_dim not in (None, config.hidden_dim // config.num_heads):
        raise UserError(f"KerasHub's LlamaBackbone takes no head_dim: {config.head_dim} has no equivalent there")
    return _arguments(config)


def _mistral_fields(keys: ForeignKeys) -> dict[str, Any]:
    keys.only("rope_scaling_factor", 1, 1.0)
    own = {"head_dim": keys.integer("head_dim", None), "sliding_window": keys.integer("sliding_window", None)}
    return _fields(keys) | own


def _mistral_arguments(config: LlamaConfig) -> dict[str, Any]:
    return {**_arguments(config), "head_dim": config.head_dim, "sliding_window": config.sliding_window}


def _weight_map(config: LlamaConfig, task: str) -> WeightMap:
    del task
    queries, keys = config.num_heads * config.key_dim, config.key_value_heads * config.key_dim
    rules = {
        **hub_embedding("backbone/token_embedding", "token_embedding"),
        **hub_rms_norm("backbone/norm", "sequence_output_layernorm"),
        "head/kernel": (ForeignPart("token_embedding/reverse_embeddings"),),
    }
    for i in range(config.num_layers):
        ours, theirs = f"backbone/block_{i}", f"transformer_layer_{i}"
        gate = [f"{theirs}/feedforward_{name}_dense" for name in ("gate", "intermediate")]
        rules |= {
            **hub_attention(f"{ours}/attention", f"{theirs}/self_attention", [queries, keys, keys], use_bias=False),
            **hub_rms_norm(f"{ours}/attention_norm", f"{theirs}/self_attention_layernorm"),
            **hub_fused(f"{ours}/feed_forward/intermediate", gate, [config.intermediate_dim] * 2, use_bias=False),
            **hub_dense(f"{ours}/feed_forward/output", f"{theirs}/feedforward_output_dense", use_bias=False),
            **hub_rms_norm(f"{ours}/feed_forward_norm", f"{theirs}/feedforward_layernorm"),
        }
    return WeightMap(rules)


_SHARED: dict[str, Any] = {"task": "causal_lm", "weight_map": _weight_map}

LLAMA = KerasHubFamily(
    backbone="LlamaBackbone",
    tokenizer="LlamaTokenizer",
    from_keras_hub=_llama_fields,
    to_keras_hub=_llama_arguments,
    fixed={**_FIXED, "sliding_window": None},
    **_SHARED,
)
MISTRAL = KerasHubFamily(
    backbone="MistralBackbone",
    tokenizer="MistralTokenizer",
    from_keras_hub=_mistral_fields,
    to_keras_hub=_mistral_arguments,
    fixed=_FIXED,
    **_SHARED,
)
