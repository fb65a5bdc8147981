"""Writing a whole text inside a LiteRT file."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import tensorflow as tf

from ....layers.plain.logit_rules import own_rules
from ...decoding import OptionalRule, SamplingDecoder
from .call import Call
from .generation_signatures import exported_decoder, option_types, option_values
from .program import padded_row
from .signature import Signature

UNBOUNDED_TOKENS = 256
"""New tokens at most of a model that has no positions to run out of."""


def generate_signature(model: Any, *, prompt_length: int, context: int | None) -> Signature:
    """`generate`: a prompt in, the new tokens out, drawn by the same loop as live.

    token_ids (1, P), of which the first `num_tokens` (1,) count, the start token among them, and scalars max_tokens,
    temperature (0 is greedy), top_k (0 keeps all), top_p (1 keeps all), seed and the options of the logit rules ->
    token_ids (1, N), 0 after the end, lengths (1,) and log_probabilities (1, N).

    Args:
        model: a causal one, with its tokenizer.
        prompt_length: P.
        context: the longest text, its last token included that is never read; None where there is no bound.
    """
    tokens = UNBOUNDED_TOKENS if context is None else context

    def generate(inputs):
        bounded = bound_in_file(model, context, count=inputs["num_tokens"][0])
        return decode_one(model, bounded, inputs["token_ids"], inputs["num_tokens"], inputs, width=tokens)

    inputs = {"token_ids": tf.TensorSpec((1, prompt_length), tf.int32), "num_tokens": tf.TensorSpec((1,), tf.int32)}
    inputs |= {name: tf.TensorSpec((), dtype) for name, dtype in option_types().items()}
    return Signature(function=generate, inputs=inputs)


def decode_one(model: Any, step_by_step: Any, token_ids: Any, lengths: Any, options: Any, *, width: int) -> Any:
    """The new tokens of one text, by the one loop.

    Args:
        model: whose stop ids and vocabulary count.
        step_by_step: what `decode` asks.
        token_ids, lengths: of the prompt, (1, P) and (1,).
        options: name -> scalar tensor, those of `option_types`.
        width: new tokens at most.
    """
    # One loop, whose weights are in memory once; a rule that is not asked for costs it nothing that can be measured.
    rules = (*model.suppression(), *(OptionalRule.of(rule, options) for rule in own_rules()))
    return exported_decoder(options).decode(
        step_by_step,
        token_ids,
        lengths,
        rules=rules,
        max_tokens=options["max_tokens"],
        width=width,
        stop_ids=tf.constant(model.stop_ids(), tf.int32, shape=[len(model.stop_ids())]),
        seeds=options["seed"][tf.newaxis],
    )


def prompt_inputs(token_ids: np.ndarray, prompt_length: int) -> dict[str, np.ndarray]:
    """The beginning of a text as a prompt of `generate`."""
    prompt = token_ids[: max(1, min(8, prompt_length, len(token_ids) // 2))]
    return {"token_ids": padded_row(prompt, prompt_length)[0], "num_tokens": np.array([len(prompt)], np.int32)}


def generate_calls(ids: Mapping[str, np.ndarray], *, max_tokens: int = 8) -> list[list[Call]]:
    """A greedy text, a drawn one and one under the logit rules after what is read, each a rehearsal."""
    rows = [
        {"seed": 0},
        {"temperature": 0.8, "top_k": 20, "top_p": 0.95},
        {"repetition_penalty": 1.3, "no_repeat_ngram_size": 2},
    ]
    options = [option_values(max_tokens=max_tokens, **row) for row in rows]
    return [
        [Call(signature="generate", inputs={**ids, **{name: np.array(value) for name, value in given.items()}})]
        for given in options
    ]


def runtime_zero(count):
    """0, which the converter does not know: an empty cache that it knew would be written into the file.

    Args:
        count: int32 scalar, at least 0.
    """
    return tf.minimum(count, 0)


def bound_in_file(model: Any, context: int | None, *, count: Any, cache: Mapping[str, Any] | None = None) -> Any:
    """What `decode` asks of a model whose texts end where the context does, its first cache made when it is called.

    Args:
        model: what `decode` asks.
        context: the longest text; None where there is no bound.
        count: int32 scalar of the inputs, at least 0.
        cache: the part of the first state that is zero; None for all of it.
    """
    # 0, which the converter does not know: an empty cache that it knew would be written into the file.
    zero = tf.minimum(count, 0)

    def initial_state(batch_size, max_length):
        del batch_size
        state = model.initial_state(1, context or max_length)
        empty = state if cache is None else cache
        made = {name: tf.broadcast_to(tf.cast(zero, each.dtype), each.shape) for name, each in empty.items()}
        return {**state, **made}

    return SimpleNamespace(
        prefill=model.prefill, step=model.step, max_sequence_length=context, initial_state=initial_state
    )


def drawn_ids(model: Any, prompt_id: int, count: int) -> np.ndarray:
    """A token and as many as `count` that a model draws after it.

    Args:
        model: a function that gives what `decode` asks; it is called in a graph.
        prompt_id: the token.
        count: at least 1.
    """
    prompt = tf.constant([[prompt_id]], tf.int32)
    limits = {"max_tokens": tf.constant(count), "stop_ids": tf.zeros((0,), tf.int32), "seeds": tf.constant([0])}
    draw = tf.function(lambda: SamplingDecoder().decode(model(), prompt, tf.constant([1]), **limits), autograph=False)
    return np.concatenate([prompt.numpy()[0], draw()["token_ids"].numpy()[0]])
