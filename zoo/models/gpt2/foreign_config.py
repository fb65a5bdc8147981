"""Published GPT-2 configurations: Hugging Face's and OpenAI's."""

from collections.abc import Mapping
from typing import Any

from ....layers.plain.errors import UserError
from ...foreign.foreign_keys import ForeignKeys
from ...foreign.hugging_face_keys import ACTIVATION_WORDS, ACTIVATIONS, close_config, one_dropout, open_config
from .gpt2_config import GPT2Config

ARCHITECTURES = {"GPT2LMHeadModel": "causal_lm", "GPT2Model": "causal_lm"}
"""transformers class -> task; the body alone is enough, since the output matrix is the embedding."""


def from_hugging_face(values: Mapping[str, Any]) -> GPT2Config:
    """The configuration of a `config.json` of model type "gpt2".

    Raises:
        UserError: a missing key, or an invalid or unsupported value, in one line.
    """
    keys = open_config(values)
    keys.only("scale_attn_weights", True)
    keys.only("scale_attn_by_inverse_layer_idx", False)
    keys.only("tie_word_embeddings", True)
    keys.only("is_encoder_decoder", False)
    keys.flag("reorder_and_upcast_attn", False)  # the same numbers, in float32
    fields = {
        "vocabulary_size": keys.integer("vocab_size"),
        "num_layers": keys.integer("n_layer"),
        "num_heads": keys.integer("n_head"),
        "hidden_dim": keys.integer("n_embd"),
        "intermediate_dim": keys.integer("n_inner", None),
        "max_sequence_length": keys.integer("n_positions"),
        "dropout": one_dropout(keys, "resid_pdrop", "embd_pdrop", 0.1),
        "attention_dropout": keys.number("attn_pdrop", 0.1),
        "activation": keys.choice("activation_function", ACTIVATIONS, "gelu_new"),
        "norm_epsilon": keys.number("layer_norm_epsilon", 1e-5),
        "initializer_range": keys.number("initializer_range", 0.02),
    }
    keys.only("n_ctx", fields["max_sequence_length"])  # an older name of n_positions
    close_config(keys)
    return GPT2Config.from_dict(fields)


def to_hugging_face(config: GPT2Config, task: str) -> dict[str, Any]:
    """The `config.json` of transformers' model for a task; the caller adds the ids of tokens from the tokenizer.

    Raises:
        UserError: transformers has no such GPT-2.
    """
    del task
    if not config.use_bias:
        raise UserError("a GPT-2 of transformers has biases: a model with use_bias=False has no equivalent there")
    if config.local_attention_window is not None:
        raise UserError(
            f"a GPT-2 of transformers has no local attention: a model with local_attention_window="
            f"{config.local_attention_window} has no equivalent there"
        )
    return {
        "model_type": "gpt2",
        "architectures": ["GPT2LMHeadModel"],
        "vocab_size": config.vocabulary_size,
        "n_layer": config.num_layers,
        "n_head": config.num_heads,
        "n_embd": config.hidden_dim,
        "n_inner": config.intermediate_dim,
        "n_positions": config.max_sequence_length,
        "resid_pdrop": config.dropout,
        "embd_pdrop": config.dropout,
        "attn_pdrop": config.attention_dropout,
        "activation_function": ACTIVATION_WORDS[config.activation],
        "layer_norm_epsilon": config.norm_epsilon,
        "initializer_range": config.initializer_range,
        "tie_word_embeddings": True,
        "bos_token_id": None,
        "eos_token_id": None,
    }


def from_hparams(values: Mapping[str, Any]) -> GPT2Config:
    """See `GPT2Config.from_hparams`."""
    keys = ForeignKeys(values, source="hparams.json")
    fields = {
        "vocabulary_size": keys.integer("n_vocab"),
        "num_layers": keys.integer("n_layer"),
        "num_heads": keys.integer("n_head"),
        "hidden_dim": keys.integer("n_embd"),
        "max_sequence_length": keys.integer("n_ctx"),
    }
    close_config(keys)
    return GPT2Config.from_dict(fields)
