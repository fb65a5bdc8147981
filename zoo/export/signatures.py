"""What can be asked of an exported model: functions of tensors to tensors, with names on both sides."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from ..decoding import GreedyDecoder, SamplingDecoder

if TYPE_CHECKING:
    from ..tasks import CausalLM

DEFAULT_MAX_TOKENS = 50
"""New tokens that `serving_default` adds at most; it is greedy."""

Signature = tuple[Callable[[dict[str, Any]], dict[str, Any]], dict[str, tf.TensorSpec]]


def string_signatures(model: "CausalLM") -> dict[str, Signature]:
    """The signatures of a SavedModel: name -> (function, what it takes). B rows, T tokens, N new tokens, V vocabulary.

    - `serving_default`: prompt (B,) -> text (B,), the greedy continuation of at most 50 tokens.
    - `generate`: prompt (B,) and scalars max_tokens, temperature, top_k, top_p, seed -> text (B,), token_ids (B, N),
      lengths (B,), log_probabilities (B, N). Temperature 0 is greedy; the same seed gives a prompt the same text in any
      batch. A value that the live model refuses is an InvalidArgument error with the same rule.
    - `score`: text (B,) -> token_ids (B, T), log_probabilities (B, T), lengths (B,).
    - `tokens`: token_ids (B, T) -> logits (B, T, V) of the token that follows each.

    Rows come first everywhere, as TF Serving's row format wants it; the scalars need its columnar one.
    """
    stop_ids = tf.constant(model.stop_ids(), tf.int32, shape=[len(model.stop_ids())])

    def serving_default(inputs):
        prompts = inputs["prompt"]
        seeds = tf.zeros(tf.shape(prompts), tf.int32)
        out = model.generate_strings(
            prompts, GreedyDecoder(), max_tokens=tf.constant(DEFAULT_MAX_TOKENS), stop_ids=stop_ids, seeds=seeds
        )
        return {"text": out["text"]}

    def generate(inputs):
        inputs = _checked_options(inputs)
        decoder = SamplingDecoder(**{name: inputs[name] for name in SamplingDecoder.dynamic})
        return model.generate_strings(
            inputs["prompt"],
            decoder,
            max_tokens=inputs["max_tokens"],
            stop_ids=stop_ids,
            seeds=tf.fill(tf.shape(inputs["prompt"]), inputs["seed"]),
        )

    def score(inputs):
        return model.score_strings(inputs["text"])

    def tokens(inputs):
        token_ids, size = inputs["token_ids"], model.config.vocabulary_size
        rules = {
            # A GPU would read zeros where a CPU stops.
            f"token_ids must be at least 0 and below {size}": tf.reduce_all((token_ids >= 0) & (token_ids < size)),
            "token_ids must have at least one column": tf.shape(token_ids)[1] > 0,
        }
        return {"logits": model(_checked(inputs, rules))["logits"]}

    strings, scalar = _spec((None,), tf.string), _spec((), tf.int32)
    options = {"max_tokens": scalar, "temperature": _spec((), tf.float32), "top_k": scalar}
    options |= {"top_p": _spec((), tf.float32), "seed": scalar}
    return {
        "serving_default": (serving_default, _named({"prompt": strings})),
        "generate": (generate, _named({"prompt": strings, **options})),
        "score": (score, _named({"text": strings})),
        "tokens": (tokens, _named({"token_ids": _spec((None, None), tf.int32)})),
    }


def step_signatures(model: "CausalLM", *, prefill_length: int) -> dict[str, Signature]:
    """The signatures of a LiteRT file, for one text, of static shapes, with the state going in and coming out.

    - `prefill`: token_ids (1, P), of which the first `num_tokens` (1,) count, and the state -> logits (1, V) of the
      token after the last of them, and the state there. A longer prompt is read in pieces of at least one token.
    - `decode`: token_ids (1,) and the state -> logits (1, V) and the state.

    The state tensors bear the names of `model.initial_state`; at the start of a text all are zero.
    """
    state = {name: _spec((1, *value.shape[1:]), value.dtype) for name, value in model.initial_state(1).items()}

    def prefill(inputs):
        mask = tf.sequence_mask(inputs["num_tokens"], prefill_length)
        read = {"token_ids": inputs["token_ids"], "padding_mask": mask}
        logits, new_state = model.prefill(read, {name: inputs[name] for name in state})
        return {"logits": logits, **new_state}

    def decode(inputs):
        logits, new_state = model.step(inputs["token_ids"], {name: inputs[name] for name in state})
        return {"logits": logits, **new_state}

    piece = {"token_ids": _spec((1, prefill_length), tf.int32), "num_tokens": _spec((1,), tf.int32)}
    return {
        "prefill": (prefill, _named({**piece, **state})),
        "decode": (decode, _named({"token_ids": _spec((1,), tf.int32), **state})),
    }


def _checked_options(options):
    """The rules of `CausalLM.generate` and `SamplingDecoder`, inside the graph; NaN breaks them too."""
    temperature, top_p = options["temperature"], options["top_p"]
    rules = {
        "max_tokens must be at least 1": options["max_tokens"] >= 1,
        "temperature must be at least 0, and finite": (temperature >= 0) & (temperature < float("inf")),
        "top_k must be at least 0": options["top_k"] >= 0,
        "top_p must be above 0 and at most 1": (top_p > 0) & (top_p <= 1),
    }
    return _checked(options, rules)


def _checked(inputs, rules):
    """The inputs, to be had only after every rule holds: otherwise a later failure may be the one that is told."""
    with tf.control_dependencies([tf.debugging.Assert(holds, [rule]) for rule, holds in rules.items()]):
        return {name: tf.identity(tensor) for name, tensor in inputs.items()}


def _spec(shape, dtype):
    return tf.TensorSpec(shape, dtype)


def _named(specs):
    """A signature takes its input names from the specs, not from the keys."""
    return {name: tf.TensorSpec(spec.shape, spec.dtype, name=name) for name, spec in specs.items()}
