"""What the `config.json` of all Hugging Face models has in common."""

from collections.abc import Mapping
from typing import Any

from ...layers.errors import UserError
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
"""Their word -> ours. The three tanh forms of GELU are one formula."""

ACTIVATION_WORDS = {
    "gelu": "gelu",
    "gelu_approximate": "gelu_new",
    "quick_gelu": "quick_gelu",
    "relu": "relu",
    "silu": "silu",
    "tanh": "tanh",
}
"""Our word -> theirs."""

# Keys that change nothing of what a model computes from its weights: how the file was made and is stored, what is
# returned, how text is generated (generation has settings of its own here), labels (the classifier's own matter),
# tokens (the tokenizer's), and dropout of heads that are trained anew.
_NO_CONCERN = frozenset(
    {
        "architectures",
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
        "exponential_decay_length_penalty",
        "finetuning_task",
        "forced_bos_token_id",
        "forced_eos_token_id",
        "generator_size",
        "gradient_checkpointing",
        "id2label",
        "keys_to_ignore_at_inference",
        "label2id",
        "language",
        "length_penalty",
        "mask_token_id",
        "max_length",
        "max_new_tokens",
        "min_length",
        "model_type",
        "name",
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
        "prefix",
        "pretraining_tp",
        "problem_type",
        "remove_invalid_values",
        "repetition_penalty",
        "return_dict",
        "return_dict_in_generate",
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
        "transformers_version",
        "typical_p",
        "unk_token_id",
        "use_bfloat16",
        "use_cache",
        "vocab_file",
        "xla_device",
    }
)
_NO_CONCERN_PREFIXES = ("_", "summary_", "pooler_")


def open_config(values: Mapping[str, Any], *model_types: str) -> ForeignKeys:
    """The keys of a `config.json`, which must be of one of these model types.

    Raises:
        UserError: it is of another, or of a kind that no family here is: a decoder made of an encoder, with attention
            to something else.
    """
    keys = ForeignKeys(values, source="config.json")
    keys.choice("model_type", dict.fromkeys(model_types))
    keys.only("add_cross_attention", False)
    keys.only("cross_attention_hidden_size")
    return keys


def close_config(keys: ForeignKeys) -> None:
    """Refuses a key that nobody read, if it can matter.

    Let pass are the keys of a fixed list that change nothing of what the model computes, those that begin with "_",
    "summary_" or "pooler_" (heads and records of other tools), and unknown keys that are switched off: null, false, 0,
    or empty. Any other unknown key may make another model of it and is refused.

    Raises:
        UserError: such a key, with its value.
    """
    switched_off = {key for key, value in keys.unread().items() if not value}
    try:
        keys.finish(ignored=_NO_CONCERN | switched_off, ignored_prefixes=_NO_CONCERN_PREFIXES)
    except UserError as error:
        raise UserError(f"{error}; remove it from the file if the model does not depend on it") from None


def one_dropout(keys: ForeignKeys, first: str, second: str, default: float) -> float:
    """The value of two dropouts that are one here.

    Raises:
        UserError: they differ.
    """
    value, other = keys.number(first, default), keys.number(second, default)
    if value != other:
        raise UserError(f"{keys.source}: {first} ({value}) and {second} ({other}) must be equal, as they are one here")
    return value


def architectures(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The classes of transformers that a `config.json` names; none where it names none.

    Raises:
        UserError: it is no list of names.
    """
    names = values.get("architectures")
    if names is None:
        return ()
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise UserError(f"config.json: architectures must be a list of names, not {' '.join(repr(names).split())[:60]}")
    return tuple(names)
