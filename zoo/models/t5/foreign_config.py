"""Published T5 configurations."""

from collections.abc import Mapping
from typing import Any

from ...foreign.hugging_face_keys import close_config, open_config
from .t5_config import T5Config

ARCHITECTURES = {"T5ForConditionalGeneration": "seq2seq_lm", "T5WithLMHeadModel": "seq2seq_lm"}
"""transformers class -> task; the second is the first's older name."""

_FEED_FORWARD = {"relu": "relu", "gated-gelu": "gated_gelu"}
_WORDS = {ours: theirs for theirs, ours in _FEED_FORWARD.items()}


def from_hugging_face(values: Mapping[str, Any]) -> T5Config:
    """The configuration of a `config.json` of model type "t5".

    transformers 5 writes `tie_word_embeddings: true` for T5 1.1 too, and the former meaning of the key to
    `scale_decoder_outputs`, which therefore decides if it is present.

    Raises:
        UserError: a missing key, or an invalid or unsupported value, in one line.
    """
    keys = open_config(values)
    keys.only("is_encoder_decoder", True)
    keys.only("is_decoder", False)
    feed_forward = keys.choice("feed_forward_proj", _FEED_FORWARD, "relu")
    gated = feed_forward == "gated_gelu"
    keys.only("is_gated_act", gated)
    keys.only("dense_act_fn", "gelu_new" if gated else "relu")
    tied = keys.flag("tie_word_embeddings", True)
    layers, decoder_layers = keys.integer("num_layers"), keys.integer("num_decoder_layers", None)
    fields = {
        "vocabulary_size": keys.integer("vocab_size"),
        "num_layers": layers,
        "num_decoder_layers": None if decoder_layers == layers else decoder_layers,
        "num_heads": keys.integer("num_heads"),
        "head_dim": keys.integer("d_kv"),
        "hidden_dim": keys.integer("d_model"),
        "intermediate_dim": keys.integer("d_ff"),
        "max_sequence_length": keys.integer("n_positions", 512),
        "relative_attention_buckets": keys.integer("relative_attention_num_buckets", 32),
        "relative_attention_max_distance": keys.integer("relative_attention_max_distance", 128),
        "dropout": keys.number("dropout_rate", 0.1),
        "norm_epsilon": keys.number("layer_norm_epsilon", 1e-6),
        "feed_forward": feed_forward,
        "initializer_factor": keys.number("initializer_factor", 1.0),
        "tie_embeddings": keys.flag("scale_decoder_outputs", tied),
    }
    close_config(keys)
    return T5Config.from_dict(fields)


def to_hugging_face(config: T5Config, task: str) -> dict[str, Any]:
    """The `config.json` of transformers' model for a task."""
    del task
    return {
        "model_type": "t5",
        "architectures": ["T5ForConditionalGeneration"],
        "is_encoder_decoder": True,
        "vocab_size": config.vocabulary_size,
        "num_layers": config.num_layers,
        "num_decoder_layers": config.decoder_layers,
        "num_heads": config.num_heads,
        "d_kv": config.head_dim,
        "d_model": config.hidden_dim,
        "d_ff": config.intermediate_dim,
        "n_positions": config.max_sequence_length,
        "relative_attention_num_buckets": config.relative_attention_buckets,
        "relative_attention_max_distance": config.relative_attention_max_distance,
        "dropout_rate": config.dropout,
        "layer_norm_epsilon": config.norm_epsilon,
        "feed_forward_proj": _WORDS[config.feed_forward],
        "initializer_factor": config.initializer_factor,
        "tie_word_embeddings": config.tie_embeddings,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "decoder_start_token_id": 0,
    }
