"""The next token in NumPy is that of the graph."""

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers import random_bits
from langzoo.serving.next_token import next_token, random_uniform
from langzoo.zoo.decoding import SamplingDecoder, StepContext


@pytest.mark.parametrize("seed", [0, 7, -1, 2**31 - 1, -(2**31)])
def test_the_random_numbers_are_those_of_the_graph(seed):
    steps = [0, 1, 2, 1000, 2**31 - 1]
    graph = [random_bits.random_uniform(tf.constant([seed]), tf.constant(step)).numpy()[0] for step in steps]
    assert [random_uniform(seed, step) for step in steps] == graph


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": 0.0, "top_k": 0, "top_p": 1.0},
        {"temperature": 1.0, "top_k": 0, "top_p": 1.0},
        {"temperature": 0.7, "top_k": 5, "top_p": 1.0},
        {"temperature": 1.3, "top_k": 0, "top_p": 0.8},
        {"temperature": 0.9, "top_k": 50, "top_p": 0.5},
        {"temperature": 1e-30, "top_k": 10**6, "top_p": 1e-6},
    ],
)
def test_the_choice_is_that_of_the_graph(options):
    logits = np.random.default_rng(0).normal(size=(60, 200)).astype(np.float32) * 3
    logits[:, 17] = -np.inf  # suppressed
    logits[:20, 3] = logits[:20, 4] = logits[:20].max(1) + 1  # ties
    decoder = SamplingDecoder(**options)
    for step in (0, 3):
        seeds = tf.range(60) - 30
        context = StepContext(step=tf.constant(step), seeds=seeds)
        graph, _, _ = decoder.choose(tf.constant(logits), {}, context=context)
        found = [next_token(row, step=step, seed=i - 30, options=options) for i, row in enumerate(logits)]
        assert found == graph.numpy().tolist()


@pytest.mark.parametrize("options", [{"top_k": 5}, {"top_k": 3, "temperature": 1e30}, {"top_p": 0.3}])
def test_logits_that_are_nearly_equal_are_no_equals(options):
    """Of a model that has learnt nothing; as log-probabilities, rounded near -5.5, many of them are equals."""
    logits = (np.random.default_rng(1).normal(size=(300, 257)) * 1e-7).astype(np.float32)
    log_probabilities = tf.nn.log_softmax(logits)
    assert max(len(np.unique(row)) for row in log_probabilities.numpy()) < 20
    decoder, given = SamplingDecoder(**options), {"temperature": 1.0, "top_k": 0, "top_p": 1.0, **options}
    context = StepContext(step=tf.constant(0), seeds=tf.range(300))
    graph, _, _ = decoder.choose(tf.constant(logits), {}, context=context)
    found = [next_token(row, step=0, seed=i, options=given) for i, row in enumerate(logits)]
    assert found == graph.numpy().tolist()
    old, _, _ = decoder.choose(log_probabilities, {}, context=context)
    assert found != old.numpy().tolist()
