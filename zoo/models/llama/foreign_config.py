"""Published LLaMA configurations: Hugging Face's (Mistral's too) and llama2.c's."""

from collections.abc import Mapping
from typing import Any

from ....layers.plain.errors import UserError
from ...foreign.foreign_keys import REQUIRED, ForeignKeys
from ...foreign.hugging_face_keys import ACTIVATION_WORDS, ACTIVATIONS, close_config, open_config
from .foreign_rotary import read_rotary, write_rotary
from .llama_config import LlamaConfig

ARCHITECTURES = {"LlamaForCausalLM": "causal_lm", "MistralForCausalLM": "causal_lm"}
"""transformers class -> task."""

_MISTRAL = "mistral"
_HEADER = ("dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "seq_len")


def from_hugging_face(values: Mapping[str, Any]) -> LlamaConfig:
    """The configuration of a `config.json` of model type "llama", or "mistral" with its sliding window.

    Raises:
        UserError: a missing key, or an invalid or unsupported value, in one line.
    """
    keys = open_config(values)
    mistral = keys.get("model_type") == _MISTRAL
    for bias in ("attention_bias", "mlp_bias"):
        keys.only(bias, False)
    keys.only("is_encoder_decoder", False)
    base, scaling = read_rotary(keys)
    length = keys.integer("max_position_embeddings", 131072 if mistral else 2048)
    keys.get("max_sequence_length")  # of the training, also written by some; transformers does not read it
    width, heads = keys.integer("hidden_size"), keys.integer("num_attention_heads")
    key_value_heads = keys.integer("num_key_value_heads", REQUIRED if mistral else None)
    head_dim = keys.integer("head_dim", None)
    window = _window(keys, values) if mistral else None
    fields = {
        "vocabulary_size": keys.integer("vocab_size"),
        "num_layers": keys.integer("num_hidden_layers"),
        "num_heads": heads,
        "num_key_value_heads": None if key_value_heads == heads else key_value_heads,
        "head_dim": None if head_dim and head_dim * heads == width else head_dim,
        "hidden_dim": width,
        "intermediate_dim": keys.integer("intermediate_size"),
        "max_sequence_length": length,
        "attention_dropout": keys.number("attention_dropout", 0.0),
        "activation": keys.choice("hidden_act", ACTIVATIONS, "silu"),
        "norm_epsilon": keys.number("rms_norm_eps", 1e-6),
        "initializer_range": keys.number("initializer_range", 0.02),
        "rotary_base": base,
        "rotary_scaling": scaling,
        "sliding_window": window,
        "tie_embeddings": keys.flag("tie_word_embeddings", False),
    }
    close_config(keys, layer_type="sliding_attention" if window else "full_attention")
    return LlamaConfig.from_dict(fields)


def to_hugging_face(config: LlamaConfig, task: str) -> dict[str, Any]:
    """The `config.json` of transformers' model for a task: a Mistral if there is a sliding window.

    The caller adds the ids of tokens from the tokenizer. `dropout`, which only training uses, has no equivalent there.
    """
    del task
    window = {} if config.sliding_window is None else {"sliding_window": config.sliding_window}
    return {
        "model_type": _MISTRAL if window else "llama",
        "architectures": ["MistralForCausalLM" if window else "LlamaForCausalLM"],
        "vocab_size": config.vocabulary_size,
        "num_hidden_layers": config.num_layers,
        "num_attention_heads": config.num_heads,
        "num_key_value_heads": config.key_value_heads,
        "head_dim": config.key_dim,
        "hidden_size": config.hidden_dim,
        "intermediate_size": config.intermediate_dim,
        "max_position_embeddings": config.max_sequence_length,
        "attention_dropout": config.attention_dropout,
        "hidden_act": ACTIVATION_WORDS[config.activation],
        "rms_norm_eps": config.norm_epsilon,
        "initializer_range": config.initializer_range,
        **write_rotary(config),
        **window,
        "tie_word_embeddings": config.tie_embeddings,
        "bos_token_id": None,
        "eos_token_id": None,
    }


def from_llama2c_header(values: Mapping[str, Any]) -> LlamaConfig:
    """See `LlamaConfig.from_llama2c_header`."""
    keys = ForeignKeys(values, source="llama2.c header")
    vocabulary = keys.get("vocab_size", 0)
    if not isinstance(vocabulary, int) or isinstance(vocabulary, bool) or vocabulary == 0:
        raise keys.refusal("vocab_size", "a whole number, negative where the output matrix is not the embedding")
    shared = keys.flag("shared_classifier", vocabulary > 0)
    if shared and vocabulary < 0:
        raise UserError(f"{keys.source}: shared_classifier is true, but vocab_size ({vocabulary}) is negative")
    sizes = {key: keys.integer(key) for key in _HEADER if key != "vocab_size"}
    keys.finish()
    return LlamaConfig.from_dict(
        {
            "vocabulary_size": abs(vocabulary),
            "num_layers": sizes["n_layers"],
            "num_heads": sizes["n_heads"],
            "num_key_value_heads": None if sizes["n_kv_heads"] == sizes["n_heads"] else sizes["n_kv_heads"],
            "hidden_dim": sizes["dim"],
            "intermediate_dim": sizes["hidden_dim"],
            "max_sequence_length": sizes["seq_len"],
            "norm_epsilon": 1e-5,  # fixed in run.c
            "tie_embeddings": shared,
        }
    )


def _window(keys: ForeignKeys, values: Mapping[str, Any]) -> int | None:
    """Mistral's window: null means none, and the default is 4,096."""
    return keys.integer("sliding_window", None if "sliding_window" in values else 4096)
