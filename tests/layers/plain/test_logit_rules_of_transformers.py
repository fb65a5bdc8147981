"""Logit rules, each and all in order, against those of transformers."""

import importlib

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.logit_rules import split_rules
from langzoo.layers.plain.logit_rules.history import History
from langzoo.layers.plain.logit_rules.rule_chain import RuleChain
from langzoo.layers.plain.numpy_ops import NumPyOps
from langzoo.layers.plain.option import options_of
from langzoo.layers.tensor_ops import TensorOps
from langzoo.zoo.decoding import SamplingDecoder

from tests.layers.plain.test_logit_rules import PROCESSORS, in_numpy, random_case, rule, softmax


@pytest.mark.slow
@pytest.mark.parametrize("name", PROCESSORS)
def test_as_transformers_has_it(name):
    pytest.importorskip("torch")
    module, torch = pytest.importorskip("transformers.generation.logits_process"), importlib.import_module("torch")
    value, make = PROCESSORS[name]
    theirs = make(module, value)
    for seed in range(20):
        scores, texts = random_case(seed)
        for row, text in enumerate(texts):
            expected = theirs(torch.tensor([text]), torch.tensor(scores[row : row + 1])).numpy()
            if not np.isfinite(expected).any():
                continue  # theirs leaves no token
            found = in_numpy(rule(**{name: value}), scores[row : row + 1], [text], len(text) - 2)
            np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.slow
def test_all_together_in_the_order_of_transformers():
    """Penalties and bans, temperature, top-k, top-p, and then the rules that cut."""
    pytest.importorskip("torch")
    module, torch = pytest.importorskip("transformers.generation.logits_process"), importlib.import_module("torch")
    cuts = {"min_p": 0.02, "typical_p": 0.9, "epsilon_cutoff": 0.01, "eta_cutoff": 0.02}
    rules, rest = split_rules({"repetition_penalty": 1.3, "no_repeat_ngram_size": 2, **cuts})
    sampling = {"temperature": 1.7, "top_k": 20, "top_p": 0.95}
    names = ["repetition_penalty", "no_repeat_ngram_size", *sampling, *cuts]
    given = {"repetition_penalty": 1.3, "no_repeat_ngram_size": 2, **sampling, **cuts}
    makes = {name: make for name, (_, make) in PROCESSORS.items()} | {
        "temperature": lambda module, value: module.TemperatureLogitsWarper(value),
        "top_k": lambda module, value: module.TopKLogitsWarper(value),
        "top_p": lambda module, value: module.TopPLogitsWarper(value),
    }
    assert rest == {} and [name for each in rules for name in options_of(each)] == [
        "repetition_penalty",
        "no_repeat_ngram_size",
        *cuts,
    ]
    source, sizes = np.random.default_rng(5), []
    for _ in range(50):
        scores = source.normal(size=(1, 40)).astype(np.float32) * 3
        text = source.integers(0, 40, size=30).tolist()
        theirs = torch.tensor(scores)
        for name in names:
            theirs = makes[name](module, given[name])(torch.tensor([text]), theirs)
        chain = RuleChain(rules, ops=NumPyOps)
        history = History(
            prompt_ids=np.array([text], np.int32),
            new_ids=np.zeros((1, 0), np.int32),
            lengths=np.array([30]),
            step=0,
            ops=NumPyOps,
        )
        changed = chain.apply(scores, history, [{} for _ in rules])
        cut = RuleChain(rules, ops=TensorOps).cut
        found = SamplingDecoder(**sampling).cut_scores(tf.constant(changed), cut=cut).numpy()[0]
        expected = theirs.numpy()[0]
        np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))
        np.testing.assert_allclose(softmax(found), softmax(expected), atol=1e-6)
        sizes.append(int(np.isfinite(found).sum()))
    assert 1 < np.mean(sizes) < 20  # they cut something, and not everything
