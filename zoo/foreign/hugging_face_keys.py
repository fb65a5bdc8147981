"""Keys that the `config.json` files of all Hugging Face models share."""

from collections.abc import Mapping
from typing import Any

from ...layers.plain.errors import UserError
from .foreign_keys import ForeignKeys

ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_python": "gelu",
    "gelu_new": "gelu_approximate",
    "gelu_fast": "gelu_approximate",
    "gelu_pytorch_tanh": "gelu_approximate",
    "quick_gelu": "quick_gelu",
    "relu": "relu",
    "silu": "silu",
    "swish": "silu",
    "tanh": "tanh",
}
"""Their name -> ours. The three tanh forms of GELU are the same formula."""

ACTIVATION_WORDS = {
    "gelu": "gelu",
    "gelu_approximate": "gelu_new",
    "quick_gelu": "quick_gelu",
    "relu": "relu",
    "silu": "silu",
    "tanh": "tanh",
}
"""Our name -> theirs."""

# Keys that do not change what a model computes from its weights: how the file was made and is stored, what is
# returned, how text is generated (generation has settings of its own here), labels (the classifier's own matter),
# tokens (the tokenizer's), and dropout of heads that are trained anew.
_NO_CONCERN = frozenset(
    {
        "architectures",
        "attn_implementation",
        "bad_words_ids",
        "begin_suppress_tokens",
        "bos_token_id",
        "chunk_size_feed_forward",
        "classifier_dropout",
        "cls_token_id",
        "decoder_start_token_id",
        "directionality",
        "diversity_penalty",
        "do_sample",
        "dtype",
        "early_stopping",
        "encoder_no_repeat_ngram_size",
        "eos_token_id",
        "eos_token_ids",
        "exponential_decay_length_penalty",
        "finetuning_task",
        "forced_bos_token_id",
        "forced_eos_token_id",
        "generator_size",
        "gradient_checkpointing",
        "id2label",
        "is_llama_config",
        "keys_to_ignore_at_inference",
        "label2id",
        "language",
        "length_penalty",
        "mask_token_id",
        "max_length",
        "max_new_tokens",
        "min_length",
        "model_max_length",
        "model_type",
        "name",
        "neftune_noise_alpha",
        "no_repeat_ngram_size",
        "num_beam_groups",
        "num_beams",
        "num_labels",
        "num_return_sequences",
        "output_attentions",
        "output_hidden_states",
        "output_past",
        "output_scores",
        "pad_token_id",
        "predict_special_tokens",
        "prefix",
        "pretraining_tp",
        "problem_type",
        "remove_invalid_values",
        "repetition_penalty",
        "return_dict",
        "return_dict_in_generate",
        "sbert_ce_default_activation_function",
        "sentence_transformers",
        "sep_token_id",
        "suppress_tokens",
        "task_specific_params",
        "temperature",
        "tf_legacy_loss",
        "tokenizer_class",
        "top_k",
        "top_p",
        "torch_dtype",
        "torchscript",
        "transformers.js_config",
        "transformers_version",
        "typical_p",
        "unk_token_id",
        "use_bfloat16",
        "use_cache",
        "vocab_file",
        "xla_device",
    }
)
_NO_CONCERN_PREFIXES = ("_", "summary_", "pooler_", "tokenizer_", "unsloth_")
# Keys by which related models compute something else with the same weights. If one is switched on, the author of the
# file ran other code than that of its model type.
_CHANGES_NUMBERS = frozenset(
    {
        "alibi",
        "attention_multiplier",
        "attn_logit_softcapping",
        "clip_qkv",
        "embedding_multiplier",
        "final_logit_softcapping",
        "inner_group_num",
        "logit_scale",
        "logits_scaling",
        "no_rope_layers",
        "num_experts",
        "num_experts_per_tok",
        "num_hidden_groups",
        "num_local_experts",
        "parallel_attn",
        "pre_layer_norm",
        "pruned_heads",
        "qk_layernorm",
        "qk_norm",
        "query_pre_attn_scalar",
        "residual_multiplier",
        "rope_interleaved",
        "rotary_pct",
        "tie_encoder_decoder",
        "use_alibi",
        "use_parallel_residual",
        "use_qk_norm",
    }
)


def open_config(values: Mapping[str, Any]) -> ForeignKeys:
    """The keys of a `config.json`.

    Raises:
        UserError: it is of a kind that is not supported: a decoder made from an encoder, with attention to something
            else.
    """
    keys = ForeignKeys(values, source="config.json")
    keys.only("add_cross_attention", False)
    keys.only("cross_attention_hidden_size")
    return keys


def close_config(keys: ForeignKeys, *, layer_type: str = "full_attention") -> None:
    """Checks the keys that were not read.

    Those of a fixed list, and those that begin with "_", "summary_", "pooler_", "tokenizer_" or "unsloth_", do not
    change what a model computes. Keys that are known to change it are refused if they are switched on. All others are
    named in one `ImportRemark`.

    Args:
        keys: the keys of the file.
        layer_type: the required value of every entry of `layer_types`.

    Raises:
        UserError: a key that changes what the model computes, with its value.
    """
    layers = keys.get("layer_types")
    if layers is not None and (not isinstance(layers, list) or any(each != layer_type for each in layers)):
        raise keys.refusal("layer_types", f"{layer_type!r} for every layer")
    unread = keys.unread()
    for key in sorted(_CHANGES_NUMBERS & unread.keys()):
        value = unread[key]
        if value and (value is True or value != 1):
            raise keys.refusal(key, "left out, since it changes what the model computes from its weights")
    unknown = [
        key
        for key, value in unread.items()
        if value is not None
        and key not in _NO_CONCERN
        and key not in _CHANGES_NUMBERS
        and not key.startswith(_NO_CONCERN_PREFIXES)
    ]
    if unknown:
        keys.remark(unknown)


def one_dropout(keys: ForeignKeys, first: str, second: str, default: float) -> float:
    """The common value of two dropout rates that are one here.

    Raises:
        UserError: they differ.
    """
    value, other = keys.number(first, default), keys.number(second, default)
    if value != other:
        raise UserError(f"{keys.source}: {first} ({value}) and {second} ({other}) must be equal, as they are one here")
    return value


def architectures(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The transformers classes named in a `config.json`; empty if there are none.

    Raises:
        UserError: it is not a list of names.
    """
    names = values.get("architectures")
    if names is None:
        return ()
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise UserError(f"config.json: architectures must be a list of names, not {' '.join(repr(names).split())[:60]}")
    return tuple(names)
