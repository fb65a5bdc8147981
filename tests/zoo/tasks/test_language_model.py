import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.trainers.objectives import NextToken

ROWS, STEPS, VOCABULARY = 4, 5, 11


def make(objective=None, optimizer=None, **kwargs):
    keras.utils.set_random_seed(1)
    model = zoo.create("lstm_tiny", vocabulary_size=VOCABULARY, embedding_dim=4, hidden_dim=4, initializer_range=0.5)
    model.compile(optimizer or keras.optimizers.SGD(1.0), objective=objective or NextToken(), **kwargs)
    return model


def batch(seed=1, rows=ROWS, steps=STEPS, start=True):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, VOCABULARY, (rows, steps + 1)).astype(np.int32)
    weights = (np.arange(steps) < rng.integers(1, steps + 1, rows)[:, None]).astype(np.float32)
    return {"token_ids": ids[:, :-1], "targets": ids[:, 1:], "weights": weights, "start": np.full(rows, start)}


def dataset(*batches):
    signature = {k: tf.TensorSpec(v.shape, v.dtype) for k, v in batches[0].items()}
    found = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=signature)
    return found.apply(tf.data.experimental.assert_cardinality(len(batches)))


def mean_loss(model, batch):
    losses, _ = model.negative_log_likelihood({"token_ids": tf.constant(batch["token_ids"])}, batch["targets"])
    return tf.reduce_sum(losses * batch["weights"]) / batch["weights"].sum()


class InfiniteOnPadding(NextToken):
    """As a model that gives a token no probability at all has it."""

    def items(self, model, batch, state, *, training):
        found, state = super().items(model, batch, state, training=training)
        return {name: tf.where(batch["weights"] > 0, losses, float("inf")) for name, losses in found.items()}, state


def test_what_stands_on_padding_may_be_infinite():
    """In training and in validation alike: chosen, and not multiplied by 0."""
    data = batch()
    assert (data["weights"] == 0).any()
    plain, infinite = make(), make(InfiniteOnPadding())
    expected, found = (
        model.fit(dataset(data), validation_data=dataset(data), shuffle=False, verbose=0).history
        for model in (plain, infinite)
    )
    assert np.isfinite(found["loss"] + found["val_loss"]).all()
    assert found == expected
    for one, other in zip(infinite.trainable_variables, plain.trainable_variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_a_step_goes_down_the_gradient_of_the_mean_over_counted_tokens():
    model, data = make(), batch()
    with tf.GradientTape() as tape:
        loss = mean_loss(model, data)
    gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
    expected = [v.numpy() - tf.convert_to_tensor(g) for v, g in zip(model.trainable_variables, gradients, strict=True)]
    history = model.fit(dataset(data), shuffle=False, verbose=0)
    np.testing.assert_allclose(history.history["loss"], [float(loss)], rtol=1e-5)
    for variable, value in zip(model.trainable_variables, expected, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-4, atol=1e-6, err_msg=variable.path)


@pytest.mark.parametrize("parts", [2, 4])
def test_parts_of_a_batch_make_the_step_of_the_whole(parts):
    """With uneven padding, a clipped gradient and a carried state."""
    results = []
    for accumulation_steps in (1, parts):
        optimizer = keras.optimizers.SGD(1.0, global_clipnorm=0.1)
        model = make(NextToken(rows=ROWS, carry=True), optimizer, accumulation_steps=accumulation_steps)
        history = model.fit(dataset(batch(1), batch(2, start=False)), shuffle=False, verbose=0)
        results.append(
            (history.history["loss"], [v.numpy() for v in model.trainable_variables], model.train_state.to_arrays())
        )
    (loss, weights, state), (other_loss, other_weights, other_state) = results
    np.testing.assert_allclose(loss, other_loss, rtol=1e-6)
    for a, b in zip(weights, other_weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    for name, value in state.items():
        np.testing.assert_allclose(value, other_state[name], rtol=1e-5, atol=1e-6)


def transformer(**kwargs):
    keras.utils.set_random_seed(1)
    small = {"num_layers": 1, "num_heads": 2, "hidden_dim": 8, "max_sequence_length": 8, "initializer_range": 0.3}
    model = zoo.create("gpt2_tiny", vocabulary_size=VOCABULARY, dropout=0.0, attention_dropout=0.0, **small)
    optimizer = keras.optimizers.AdamW(0.01, global_clipnorm=0.1)
    model.compile(optimizer, objective=NextToken(rows=ROWS, evaluation_rows=ROWS), **kwargs)
    return model


@pytest.mark.ci
def test_a_compiled_step_is_the_step_that_was_not_compiled():
    """Optimizer, clipping and metric too are compiled where no replica waits for another's gradients."""
    results = []
    for options in ({}, {"jit_compile": True, "accumulation_steps": 2}):
        model = transformer(**options)
        assert model.jit_compile == options.get("jit_compile", False)
        data = dataset(batch(1), batch(2), batch(3))
        history = model.fit(data, validation_data=data, shuffle=False, verbose=0).history
        results.append(([history["loss"], history["val_loss"]], [v.numpy() for v in model.trainable_variables]))
    (losses, weights), (other_losses, other_weights) = results
    np.testing.assert_allclose(losses, other_losses, rtol=1e-5)
    for a, b in zip(weights, other_weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-4)


def test_dropout_is_another_at_every_compiled_step():
    """A seed that XLA froze into its program would drop the same units for ever."""
    keras.utils.set_random_seed(1)
    small = {"num_layers": 1, "num_heads": 2, "hidden_dim": 8, "max_sequence_length": 8, "initializer_range": 0.5}
    model = zoo.create("gpt2_tiny", vocabulary_size=VOCABULARY, dropout=0.5, **small)
    model.compile(keras.optimizers.SGD(0.0), objective=NextToken(rows=ROWS), jit_compile=True)
    losses = [model.fit(dataset(batch()), shuffle=False, verbose=0).history["loss"][0] for _ in range(4)]
    assert len({round(loss, 5) for loss in losses}) == 4


def test_the_scale_multiplies_the_gradient_and_not_the_report():
    losses, moves = [], []
    for scale in (1.0, 3.0):
        model = make(NextToken(scale=scale), keras.optimizers.SGD(0.01))
        before = model.head.kernel.numpy()
        losses += model.fit(dataset(batch()), shuffle=False, verbose=0).history["loss"]
        moves.append(model.head.kernel.numpy() - before)
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-6)
    np.testing.assert_allclose(3 * moves[0], moves[1], rtol=1e-3, atol=1e-6)


def test_evaluation_weighs_tokens_and_carries_the_state():
    """Two halves of a text in two batches are the text in one; a batch without a token changes nothing."""
    whole = batch(steps=6)
    first, second = ({k: v[:, part] if v.ndim > 1 else v for k, v in whole.items()} for part in (slice(3), slice(3, 6)))
    second["start"] = np.zeros(ROWS, bool)
    empty = {**second, "weights": np.zeros_like(second["weights"])}
    model = make(NextToken(evaluation_rows=ROWS))
    expected = float(mean_loss(model, whole))
    for _ in range(2):  # the second time, too, it starts anew
        result = model.evaluate(dataset(first, second, empty), return_dict=True, verbose=0)
        np.testing.assert_allclose(result["loss"], expected, rtol=1e-5)


def test_a_batch_without_a_token_changes_no_weight():
    model = make()
    before = [v.numpy() for v in model.trainable_variables]
    model.fit(dataset({**batch(), "weights": np.zeros((ROWS, STEPS), np.float32)}), shuffle=False, verbose=0)
    for variable, value in zip(model.trainable_variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


@pytest.mark.parametrize(
    "kwargs, message",
    [
        ({"objective": "next_token"}, "objective must be an Objective, not 'next_token'"),
        ({"accumulation_steps": 0}, "accumulation_steps must be at least 1, not 0"),
    ],
)
def test_compile_checks_its_arguments(kwargs, message):
    with pytest.raises(ValueError, match=message):
        make(**kwargs)


def test_parts_must_divide_the_batch():
    with pytest.raises(ValueError, match="accumulation_steps=3 does not divide the 4 rows"):
        make(accumulation_steps=3).fit(dataset(batch()), shuffle=False, verbose=0)


def test_a_compiled_step_uses_no_kernel_of_cudnn():
    """XLA cannot compile these."""
    model = zoo.create("lstm_tiny")
    # Private: Keras has no other list of all layers.
    layers = [layer for layer in model._flatten_layers() if hasattr(layer, "use_cudnn")]
    model.compile("sgd", objective=NextToken())
    assert layers and {layer.use_cudnn for layer in layers} == {"auto"}
    model.compile("sgd", objective=NextToken(), jit_compile=True)
    assert {layer.use_cudnn for layer in layers} == {False}
