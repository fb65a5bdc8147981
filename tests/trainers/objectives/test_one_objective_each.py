"""A batch of one task does to a body with several heads what it does to a model of that task alone."""

import keras
import numpy as np
import pytest
from langzoo import zoo
from langzoo.trainers import Label
from langzoo.trainers.objectives.one_objective_each import PLACE, OneObjectiveEach

OPTIONS = {"labels": ["a", "b", "c"]}
HEADS = {"x": {"task": "text_classifier", "options": OPTIONS}, "y": {"task": "text_classifier"}}


@pytest.fixture
def models():
    """One with two heads, and its head "x" with a body of its own."""
    shape = {"num_layers": 1, "hidden_dim": 8, "dropout": 0.0, "attention_dropout": 0.0}
    both = zoo.create("distilbert_tiny", task="multi_task", options={"heads": HEADS}, **shape)
    alone = zoo.create("distilbert_tiny", task="text_classifier", options=OPTIONS, **shape)
    for own, other in zip(alone.weights, both.head("x").weights, strict=True):
        own.assign(other)
    return both, alone


def batches(place):
    draw = np.random.default_rng(0)
    own = {
        "token_ids": draw.integers(5, 50, (4, 6)).astype(np.int32),
        "padding_mask": np.ones((4, 6), bool),
        "labels": np.array([0, 1, 2, 1], np.int32),
        "weights": np.array([1, 1, 1, 0], np.float32),
    }
    empty = {name: np.zeros((4, *(1 for _ in value.shape[1:])), value.dtype) for name, value in own.items()}
    whole = {f"x.{name}": value for name, value in (own if place == 0 else empty).items()}
    whole |= {f"y.{name}": value for name, value in (empty if place == 0 else own).items()}
    return {**whole, PLACE: np.full(4, place, np.int32), "weights": np.ones(4, np.float32)}, own


@pytest.mark.parametrize(
    "parts, compiled",
    [(2, False), pytest.param(1, True, marks=pytest.mark.ci), pytest.param(2, True, marks=pytest.mark.slow)],
)
def test_a_step_is_that_of_the_task_alone(models, parts, compiled):
    both, alone = models
    whole, own = batches(0)
    others = [weight.numpy() for weight in both.head("y").head.weights]
    settings = {"accumulation_steps": parts, "jit_compile": compiled}
    both.compile(keras.optimizers.SGD(0.5), objective=OneObjectiveEach({"x": Label(), "y": Label()}), **settings)
    alone.compile(keras.optimizers.SGD(0.5), objective=Label(), **settings)
    found, expected = both.train_on_batch(whole, return_dict=True), alone.train_on_batch(own, return_dict=True)
    assert float(found["x.label"]) == pytest.approx(float(expected["label"]), abs=1e-6)
    assert float(found["loss"]) == pytest.approx(float(expected["loss"]), abs=1e-6)
    assert float(found["x.accuracy"]) == float(expected["accuracy"])
    assert np.isnan(found["y.loss"])  # it had no batch yet
    for one, other in zip(both.head("x").weights, alone.weights, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=0, atol=1e-6)
    for before, weight in zip(others, both.head("y").head.weights, strict=True):
        np.testing.assert_array_equal(before, weight.numpy())


def test_what_is_reported_is_the_mean_of_the_tasks_losses(models):
    both, _ = models
    whole = OneObjectiveEach({"x": Label(), "y": Label()})
    assert whole.directions() == {
        "loss": "min",
        **{f"{name}.{figure}": best for name in "xy" for figure, best in Label().directions().items()},
    }
    figures = whole.figures({"x.label": 1.0, "x.accuracy": 0.5, "y.label": 3.0, "y.accuracy": 0.25})
    assert float(figures["loss"]) == 2 and float(figures["y.loss"]) == 3
    both.compile("sgd", objective=whole)
    with pytest.raises(ValueError, match="there must be objectives"):
        OneObjectiveEach({})
