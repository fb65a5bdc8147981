"""Generation of a whole text inside a LiteRT file."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import tensorflow as tf

from ...decoding import ExportedDecoder, SamplingDecoder
from .call import Call
from .generation_signatures import option_types, option_values
from .signature import Signature


def generate_signature(
    model: Any, inputs: Mapping[str, tf.TensorSpec], begin: Callable[[Mapping[str, Any]], Any], *, width: int
) -> Signature:
    """The signature `generate`: from the inputs to new tokens, with the same loop as the live model.

    Its inputs and scalars max_tokens, temperature (0 is greedy), top_k (0 keeps all), top_p (1 keeps all), seed and the
    options of the logit rules -> token_ids (1, N), 0 after the end, lengths (1,) and log_probabilities (1, N).

    Args:
        model: the model, for its stop ids and vocabulary.
        inputs: name -> type and shape.
        begin: a function of the inputs that returns the model for `decode`, and its prompt, token_ids (1, P) and
            lengths (1,).
        width: the maximum number of new tokens, N.
    """

    def generate(inputs):
        step_by_step, token_ids, lengths = begin(inputs)
        return ExportedDecoder(inputs, loops=1).decode(
            step_by_step,
            token_ids,
            lengths,
            rules=model.suppression(),
            max_tokens=inputs["max_tokens"],
            width=width,
            stop_ids=tf.constant(model.stop_ids(), tf.int32, shape=[len(model.stop_ids())]),
            seeds=inputs["seed"][tf.newaxis],
        )

    options = {name: tf.TensorSpec((), dtype) for name, dtype in option_types().items()}
    return Signature(function=generate, inputs={**inputs, **options})


def generate_calls(ids: Mapping[str, np.ndarray], *, max_tokens: int = 8) -> list[list[Call]]:
    """Rehearsals of a greedy text, a sampled one and one with logit rules."""
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


def decode_calls(token_ids: Sequence[int] | np.ndarray, *, known: bool) -> list[Call]:
    """Reads all tokens but the last with `decode`; where `known`, the next one is the target unless it is -1."""
    return [
        Call(
            signature="decode",
            inputs={"token_ids": np.array([token], np.int32)},
            targets=np.array([following], np.int32) if known else None,
        )
        for token, following in itertools.pairwise(token_ids)
    ]


def bound_in_file(model: Any, context: int | None, *, count: Any, cache: Mapping[str, Any] | None = None) -> Any:
    """The model for `decode` whose texts end with the context, and whose initial cache is made when it is called.

    Args:
        model: the model for `decode`.
        context: the maximum length of a text; None for no limit.
        count: int32 scalar of the inputs, at least 0.
        cache: the part of the initial state that is zero; None for all of it.
    """
    # 0, but unknown to the converter: a constant empty cache would be written into the file.
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
    """A token, and up to `count` tokens that a model draws after it.

    Args:
        model: a function that returns the model for `decode`; it is called in a graph.
        prompt_id: the token.
        count: at least 1.
    """
    prompt = tf.constant([[prompt_id]], tf.int32)
    limits = {"max_tokens": tf.constant(count), "stop_ids": tf.zeros((0,), tf.int32), "seeds": tf.constant([0])}
    draw = tf.function(lambda: SamplingDecoder().decode(model(), prompt, tf.constant([1]), **limits), autograph=False)
    return np.concatenate([prompt.numpy()[0], draw()["token_ids"].numpy()[0]])
