"""Signatures that write text."""

from typing import Any

import numpy as np
import tensorflow as tf

from ....layers.plain.generation_options import exported_options
from ...decoding import ExportedDecoder, GreedyDecoder
from .checked_inputs import checked_inputs, row_rule
from .signature import Signature

DEFAULT_MAX_TOKENS = 50
"""New tokens that `serving_default` adds at most; it is greedy."""

NEW_TOKENS = 20


def generation_signatures(model: Any, prompts: np.ndarray, *, answer: str) -> dict[str, Signature]:
    """The signatures of a model with `generate_strings`. B rows, N new tokens.

    - `serving_default`: prompt (B,) -> text (B,), greedy, at most 50 tokens.
    - `generate`: prompt, max_tokens, temperature, top_k, top_p, seed and the options of the logit rules, each (B,) ->
      text (B,), token_ids (B, N), lengths (B,), log_probabilities (B, N). The text is UTF-8 and follows the prompt's
      last character. Every row has its own options, so that a server may join requests; a single one counts for all.
      max_tokens is at most 1,000,000; N is that within the model's positions, or the tokens of the longest text where
      there are none to run out of. Temperature 0 is greedy; the same seed gives a prompt the same text in any batch. A
      value that the live model refuses is an InvalidArgument error with the same rule.

    Args:
        model: a generative one.
        prompts: what it is tried on, strings (B,).
        answer: what comes back, in words: "continuation".
    """
    stop_ids = tf.constant(model.stop_ids(), tf.int32, shape=[len(model.stop_ids())])

    def write(prompts, decoder, **limits):
        return model.generate_strings(prompts, decoder, rules=model.suppression(), stop_ids=stop_ids, **limits)

    def serving_default(inputs):
        prompts = inputs["prompt"]
        limits = {"max_tokens": tf.constant(DEFAULT_MAX_TOKENS), "seeds": tf.zeros(tf.shape(prompts), tf.int32)}
        return {"text": write(prompts, GreedyDecoder(), **limits)["text"]}

    def generate(inputs):
        inputs = checked_inputs(inputs, _option_rules(inputs))
        # An option that was given once is every prompt's.
        inputs = {name: tf.broadcast_to(value, tf.shape(inputs["prompt"])) for name, value in inputs.items()}
        limits = {"max_tokens": inputs["max_tokens"], "seeds": inputs["seed"]}
        return write(inputs["prompt"], ExportedDecoder(inputs, loops=2), **limits)

    strings = tf.TensorSpec((None,), tf.string)
    options = {name: tf.TensorSpec((None,), dtype) for name, dtype in option_types().items()}
    warm_up = generate_inputs(np.array([b"the"], object), max_tokens=8, temperature=1.0, top_k=20, top_p=0.9)
    examples = [
        warm_up,  # it draws, so that all of the graph has run
        generate_inputs(prompts),
        {**generate_inputs(prompts, temperature=0.8, top_k=20, top_p=0.95), "seed": np.array([7], np.int32)},
        generate_inputs(prompts, repetition_penalty=1.3, no_repeat_ngram_size=2),
    ]
    return {
        "serving_default": Signature(
            function=serving_default,
            inputs={"prompt": strings},
            meaning=f"The greedy {answer}, at most {DEFAULT_MAX_TOKENS} tokens a prompt",
            examples=[{"prompt": np.array([b"the"], object)}, {"prompt": prompts}],
        ),
        "generate": Signature(
            function=generate,
            inputs={"prompt": strings, **options},
            meaning=f"The {answer} with options (temperature 0 is greedy, top_k 0 and top_p 1 cut nothing; the same "
            "seed gives the same text), with its tokens and their log-probabilities",
            examples=examples,
        ),
    }


def option_types() -> dict[str, Any]:
    """The type of every option of `generate`, by name."""
    return {name: tf.int32 if option.kind is int else tf.float32 for name, option in exported_options().items()}


def option_values(**given: float) -> dict[str, np.generic]:
    """A value of every option of `generate` in its type: greedy, unless others are given."""
    values = {name: option.default for name, option in exported_options().items()}
    values |= {"max_tokens": NEW_TOKENS, "temperature": 0.0, "seed": 7, **given}
    return {name: dtype.as_numpy_dtype(values[name]) for name, dtype in option_types().items()}


def generate_inputs(prompts, **given: float) -> dict[str, Any]:
    """The inputs of the signature `generate`, in its types: every option as many times as there are prompts."""
    return {"prompt": prompts, **{name: np.full(len(prompts), value) for name, value in option_values(**given).items()}}


def _option_rules(inputs):
    """The rules of `exported_options`, inside the graph; NaN breaks them too."""
    rules, counts = {}, {}
    for name, option in sorted(exported_options().items()):
        values = inputs[name]
        low, high = (tf.constant(bound, values.dtype) for bound in (option.low, option.high))
        holds = (values > low if option.above else values >= low) & (values <= high)
        rules[f"{name} must be {option.rule}"] = tf.reduce_all(holds)
        counts |= row_rule(name, values, inputs["prompt"], row="prompt")
    return {**counts, **rules}
