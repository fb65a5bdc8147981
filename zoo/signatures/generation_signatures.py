"""Signatures that write text."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from ...layers.plain.generation_options import INT32_MAX, MAX_TOKENS
from ..decoding import GreedyDecoder, SamplingDecoder
from .checked_inputs import checked_inputs, row_rule
from .signature import Signature

DEFAULT_MAX_TOKENS = 50
"""New tokens that `serving_default` adds at most; it is greedy."""

NEW_TOKENS = 20


def generation_signatures(model: Any, prompts: np.ndarray, *, answer: str) -> dict[str, Signature]:
    """The signatures of a model with `generate_strings`. B rows, N new tokens.

    - `serving_default`: prompt (B,) -> text (B,), greedy, at most 50 tokens.
    - `generate`: prompt, max_tokens, temperature, top_k, top_p, seed (B,) -> text (B,), token_ids (B, N), lengths (B,),
      log_probabilities (B, N). The text is UTF-8 and follows the prompt's last character. Every row has its own
      options, so that a server may join requests; a single one counts for all. max_tokens is at most 1,000,000; N is
      that within the model's positions, or the tokens of the longest text where there are none to run out of.
      Temperature 0 is greedy; the same seed gives a prompt the same text in any batch. A value that the live model
      refuses is an InvalidArgument error with the same rule.

    Args:
        model: a generative one.
        prompts: what it is tried on, strings (B,).
        answer: what comes back, in words: "continuation".
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
        inputs = _one_a_row(checked_inputs(inputs, _option_rules(inputs)))
        decoder = SamplingDecoder(**{name: inputs[name] for name in SamplingDecoder.dynamic})
        return model.generate_strings(
            inputs["prompt"],
            decoder,
            max_tokens=inputs["max_tokens"],
            stop_ids=stop_ids,
            seeds=inputs["seed"],
        )

    strings, whole, real = (tf.TensorSpec((None,), dtype) for dtype in (tf.string, tf.int32, tf.float32))
    options = {"max_tokens": whole, "temperature": real, "top_k": whole, "top_p": real, "seed": whole}
    warm_up = generate_inputs(np.array([b"the"], object), max_tokens=8, temperature=1.0, top_k=20, top_p=0.9)
    examples = [
        warm_up,  # it draws, so that all of the graph has run
        generate_inputs(prompts),
        {**generate_inputs(prompts, temperature=0.8, top_k=20, top_p=0.95), "seed": np.array([7], np.int32)},
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


def generate_inputs(
    prompts, *, max_tokens=NEW_TOKENS, temperature=0.0, top_k=0, top_p=1.0, seed=7
) -> Mapping[str, Any]:
    """The inputs of the signature `generate`, in its types: every option as many times as there are prompts."""
    options = {"max_tokens": np.int32(max_tokens), "temperature": np.float32(temperature), "top_k": np.int32(top_k)}
    options |= {"top_p": np.float32(top_p), "seed": np.int32(seed)}
    return {"prompt": prompts, **{name: np.full(len(prompts), value) for name, value in options.items()}}


def _one_a_row(inputs):
    """Options that were given once, for every prompt."""
    return {name: tf.broadcast_to(value, tf.shape(inputs["prompt"])) for name, value in inputs.items()}


def _option_rules(options):
    """The rules of `layers.generation_options`, inside the graph; NaN breaks them too."""
    max_tokens, temperature, top_p = options["max_tokens"], options["temperature"], options["top_p"]
    rules = {
        f"max_tokens must be an integer from 1 to {MAX_TOKENS}": (max_tokens >= 1) & (max_tokens <= MAX_TOKENS),
        "temperature must be a number from 0 to 3.4e38": (temperature >= 0) & (temperature < float("inf")),
        f"top_k must be an integer from 0 to {INT32_MAX}": options["top_k"] >= 0,
        "top_p must be a number above 0 and at most 1": (top_p > 0) & (top_p <= 1),
    }
    counts = {}
    for name in sorted(options.keys() - {"prompt"}):
        counts |= row_rule(name, options[name], options["prompt"], row="prompt")
    return {**counts, **{rule: tf.reduce_all(holds) for rule, holds in rules.items()}}
