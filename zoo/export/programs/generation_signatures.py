"""Signatures that generate text."""

from typing import Any

import numpy as np
import tensorflow as tf

from ....layers.plain.generation_options import exported_options
from ...decoding import ExportedDecoder, GreedyDecoder
from .checked_inputs import all_hold, size_message
from .signature import Signature

DEFAULT_MAX_TOKENS = 50
"""The maximum number of new tokens of `serving_default`, which is greedy."""

NEW_TOKENS = 20


def generation_signatures(model: Any, prompts: np.ndarray, *, answer: str) -> dict[str, Signature]:
    """The signatures of a model with `generate_strings`. B rows, N new tokens.

    - `serving_default`: prompt (B,) -> text (B,), greedy, at most 50 tokens.
    - `generate`: prompt, max_tokens, temperature, top_k, top_p, seed and the options of the logit rules, each (B,) ->
      text (B,), token_ids (B, N), lengths (B,), log_probabilities (B, N). The text is UTF-8 and follows the prompt's
      last character. Every row has its own options, so that a server may batch requests; a single value applies to all.
      max_tokens is at most 1,000,000; N is that within the model's positions, or the length of the longest text if
      positions are unlimited. Temperature 0 is greedy; the same seed gives a prompt the same text in any batch. A
      value that the live model refuses is an InvalidArgument error with the same rule.

    Args:
        model: a generative model.
        prompts: strings (B,) to test it on.
        answer: a word for the results: "continuation".
    """
    stop_ids = tf.constant(model.stop_ids(), tf.int32, shape=[len(model.stop_ids())])

    def write(prompts, decoder, **limits):
        return model.generate_strings(prompts, decoder, rules=model.suppression(), stop_ids=stop_ids, **limits)

    def serving_default(inputs):
        prompts = inputs["prompt"]
        limits = {"max_tokens": tf.constant(DEFAULT_MAX_TOKENS), "seeds": tf.zeros(tf.shape(prompts), tf.int32)}
        return {"text": write(prompts, GreedyDecoder(), **limits)["text"]}

    def generate(inputs):
        inputs = inputs | _checked_options(inputs, tf.shape(inputs["prompt"]))
        limits = {"max_tokens": inputs["max_tokens"], "seeds": inputs["seed"]}
        return write(inputs["prompt"], ExportedDecoder(inputs, loops=2), **limits)

    strings = tf.TensorSpec((None,), tf.string)
    options = {name: tf.TensorSpec((None,), dtype) for name, dtype in option_types().items()}
    warm_up = generate_inputs(np.array([b"the"], object), max_tokens=8, temperature=1.0, top_k=20, top_p=0.9)
    examples = [
        warm_up,  # it samples, so that the whole graph is run
        generate_inputs(prompts),
        {**generate_inputs(prompts, temperature=0.8, top_k=20, top_p=0.95), "seed": np.array([7], np.int32)},
        generate_inputs(prompts, repetition_penalty=1.3, no_repeat_ngram_size=2),
    ]
    return {
        "serving_default": Signature(
            function=serving_default,
            inputs={"prompt": strings},
            meaning=f"The greedy {answer}, at most {DEFAULT_MAX_TOKENS} tokens per prompt",
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
    """A value of every option of `generate` in its type: greedy by default."""
    values = {name: option.default for name, option in exported_options().items()}
    values |= {"max_tokens": NEW_TOKENS, "temperature": 0.0, "seed": 7, **given}
    return {name: dtype.as_numpy_dtype(values[name]) for name, dtype in option_types().items()}


def generate_inputs(prompts, **given: float) -> dict[str, Any]:
    """The inputs of the signature `generate`, in its types: every option repeated for each prompt."""
    return {"prompt": prompts, **{name: np.full(len(prompts), value) for name, value in option_values(**given).items()}}


def _checked_options(inputs, shape):
    """Every option as (B,), after checking the rules of `exported_options`; a single value applies to every prompt.

    Options of one type are checked together: several nodes per option would take as long as a few tokens of a small
    model.
    """
    checked = {}
    for dtype in dict.fromkeys(option_types().values()):
        options = {name: option for name, option in exported_options().items() if option_types()[name] == dtype}
        sizes = tf.stack([tf.size(inputs[name]) for name in options])
        fits = (sizes == 1) | (sizes == shape[0])
        with tf.control_dependencies([all_hold([size_message(name, "prompt") for name in options], fits)]):
            rows = tf.stack([tf.broadcast_to(inputs[name], shape) for name in options])  # (options, B)
        low, high, above = (
            tf.constant([[getattr(option, bound)] for option in options.values()], kind)
            for bound, kind in (("low", dtype), ("high", dtype), ("above", tf.bool))
        )
        # NaN is out of every range.
        holds = tf.reduce_all(tf.where(above, rows > low, rows >= low) & (rows <= high), axis=1)
        rules = [f"{name} must be {option.rule}" for name, option in options.items()]
        with tf.control_dependencies([all_hold(rules, holds)]):
            checked |= zip(options, tf.unstack(tf.identity(rows)), strict=True)
    return checked
