"""Objectives of several terms, against plain NumPy and against themselves in parts."""

from typing import ClassVar

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.trainers.objectives import NextToken, SumOfObjectives
from langzoo.zoo.objective import Objective

ROWS, STEPS, VOCABULARY = 4, 5, 11
RATE = 0.5


class RowLoss(Objective):
    """A loss for each row: the squared first logit; and whether it is above 0."""

    shares: ClassVar = {"row": 0.25}
    metrics: ClassVar = {"positive": "max"}

    def weights(self, batch):
        return {"row": batch["row_weights"], "positive": batch["row_weights"]}

    def items(self, model, batch, state, *, training):
        first = model({"token_ids": batch["token_ids"]}, training=training)["logits"][:, 0, 0]
        row = tf.where(batch["row_weights"] > 0, first**2, float("inf"))  # nothing on padding counts
        return {"row": row, "positive": tf.cast(first > 0, tf.float32)}, state


def batch(seed=1):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, VOCABULARY, (ROWS, STEPS + 1)).astype(np.int32)
    weights = (np.arange(STEPS) < rng.integers(1, STEPS + 1, ROWS)[:, None]).astype(np.float32)
    rows = np.array([1, 0, 1, 0.5], np.float32)
    return {"token_ids": ids[:, :-1], "targets": ids[:, 1:], "weights": weights, "row_weights": rows}


def trained(objective=None, *, batches=(1, 2), **kwargs):
    keras.utils.set_random_seed(1)
    model = zoo.create("lstm_tiny", vocabulary_size=VOCABULARY, embedding_dim=4, hidden_dim=4, initializer_range=0.5)
    objective = objective or SumOfObjectives([NextToken(rows=ROWS), RowLoss()], factors=[1.0, 2.0])
    optimizer = keras.optimizers.SGD(RATE, global_clipnorm=kwargs.pop("clip", None))
    model.compile(optimizer, objective=objective, **kwargs)
    before = [variable.numpy() for variable in model.trainable_variables]
    data = [batch(seed) for seed in batches]
    spec = {name: tf.TensorSpec(value.shape, value.dtype) for name, value in data[0].items()}
    dataset = tf.data.Dataset.from_generator(lambda: iter(data), output_signature=spec)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(len(data)))
    validated = model.evaluate(dataset, return_dict=True, verbose=0)
    history = model.fit(dataset, shuffle=False, verbose=0).history
    return model, before, validated, {name: values[0] for name, values in history.items()}


def expected(model, data):
    """Mean of the tokens' losses, of the rows' and of the metric, in NumPy."""
    logits = model({"token_ids": data["token_ids"]})["logits"].numpy().astype(np.float64)
    shifted = logits - logits.max(-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    losses = -np.take_along_axis(log_p, data["targets"][..., None], -1)[..., 0]
    first, rows = logits[:, 0, 0], data["row_weights"]
    return [
        ((losses * data["weights"]).sum(), data["weights"].sum()),
        ((first**2 * rows).sum(), rows.sum()),
        (((first > 0) * rows).sum(), rows.sum()),
    ]


def test_each_term_is_a_mean_over_all_of_its_own_items():
    model, before, validated, _ = trained()
    for variable, value in zip(model.trainable_variables, before, strict=True):
        variable.assign(value)
    first, second = (expected(model, batch(seed)) for seed in (1, 2))
    means = [(a + c) / (b + d) for (a, b), (c, d) in zip(first, second, strict=True)]
    found = [validated[name] for name in ("next_token", "row", "positive")]
    np.testing.assert_allclose(found, means, rtol=1e-5)
    np.testing.assert_allclose(validated["loss"], means[0] + 2 * 0.25 * means[1], rtol=1e-5)
    assert 0 < validated["positive"] < 1


def test_a_step_goes_down_the_gradient_of_the_weighted_sum_of_means():
    model, before, _, _ = trained(batches=[1])
    after = [variable.numpy() for variable in model.trainable_variables]
    for variable, value in zip(model.trainable_variables, before, strict=True):
        variable.assign(value)
    data = batch(1)
    with tf.GradientTape() as tape:
        inputs = {"token_ids": tf.constant(data["token_ids"])}
        losses, _ = model.negative_log_likelihood(inputs, data["targets"])
        rows = model(inputs)["logits"][:, 0, 0] ** 2 * data["row_weights"]
        loss = tf.reduce_sum(losses * data["weights"]) / data["weights"].sum()
        loss += 0.5 * tf.reduce_sum(rows) / data["row_weights"].sum()
    gradients = tape.gradient(loss, [variable.value for variable in model.trainable_variables])
    for variable, value, gradient in zip(after, before, gradients, strict=True):
        np.testing.assert_allclose(variable, value - RATE * tf.convert_to_tensor(gradient), rtol=1e-4, atol=1e-6)


@pytest.mark.ci
@pytest.mark.parametrize("options", [{"accumulation_steps": 2}, {"accumulation_steps": 4}, {"jit_compile": True}])
def test_parts_of_a_batch_and_a_compiled_step_change_nothing(options):
    (model, _, _, figures), (other, _, _, other_figures) = trained(clip=0.1), trained(clip=0.1, **options)
    assert {"loss", "next_token", "row", "positive"} == set(figures) == set(other_figures)
    np.testing.assert_allclose([*figures.values()], [other_figures[name] for name in figures], rtol=1e-5)
    for one, two in zip(model.trainable_variables, other.trainable_variables, strict=True):
        np.testing.assert_allclose(one.numpy(), two.numpy(), rtol=1e-5, atol=1e-6)


def test_what_a_sum_cannot_join():
    for objectives, factors, message in (
        ([NextToken()], None, "must be two or more, not 1"),
        ([NextToken(), NextToken()], None, "two objectives have next_token"),
        ([NextToken(), RowLoss()], [1.0], "factors must be 2 numbers above 0"),
        ([NextToken(), RowLoss()], [1.0, 0.0], "factors must be 2 numbers above 0"),
        ([NextToken(rows=2, carry=True), RowLoss()], None, "carry a state cannot be joined"),
    ):
        with pytest.raises(ValueError, match=message):
            SumOfObjectives(objectives, factors=factors)
