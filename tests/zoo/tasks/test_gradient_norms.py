"""Norms of gradients by groups: those of the steps that SGD takes at a rate of 1."""

import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.trainers import NextToken
from langzoo.zoo.tasks.gradient_norms import group_of


@pytest.mark.ci
def test_the_norms_are_those_of_the_steps():
    keras.utils.set_random_seed(1)
    model = zoo.create("nnlm_tiny")
    ids = np.arange(40, dtype=np.int32).reshape(4, 10)
    model.compile(keras.optimizers.SGD(1.0), objective=NextToken(), accumulation_steps=2)
    assert set(model.gradient_norms.read().values()) == {0.0}
    before = {name: weight.numpy() for name, weight in model.named_weights().items()}
    model.fit({"token_ids": ids}, np.roll(ids, -1, axis=1), batch_size=4, epochs=1, verbose=0)
    squares = {}
    for name, weight in model.named_weights().items():
        step = np.sum(np.square(before[name] - weight.numpy(), dtype=np.float64))
        squares[group_of(name)] = squares.get(group_of(name), 0.0) + step
    assert len(squares) >= 3
    assert model.gradient_norms.read() == {name: pytest.approx(each**0.5, rel=1e-3) for name, each in squares.items()}
