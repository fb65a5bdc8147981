"""A generator and a discriminator in one model, trained by one objective of two terms (Clark et al. 2020)."""

from typing import ClassVar

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.trainers.checkpoint import load_checkpoint, save_checkpoint
from langzoo.trainers.run_state import RunState
from langzoo.zoo.objective import Objective
from langzoo.zoo.tasks import LanguageModel

VOCABULARY, ROWS, LENGTH, MASK = 20, 16, 8, 4
SMALL = {
    "vocabulary_size": VOCABULARY,
    "num_layers": 1,
    "num_heads": 2,
    "hidden_dim": 16,
    "max_sequence_length": LENGTH,
}


class Pair(LanguageModel):
    """Owns two models, and has no body of its own."""

    def __init__(self):
        super().__init__(name="pair")
        off = {"dropout": 0.0, "attention_dropout": 0.0, "initializer_range": 0.2}
        self.generator = zoo.create("distilbert_tiny", **SMALL, **off)
        self.discriminator = zoo.create("electra_tiny", task="replaced_token_detector", **SMALL, **off)
        self.built = True

    @property
    def parts(self):
        return {"generator": self.generator, "discriminator": self.discriminator}


class Electra(Objective):
    """The generator's masked tokens, and at every token whether the discriminator tells it replaced."""

    shares: ClassVar = {"generator": 1.0, "discriminator": 50.0}
    metrics: ClassVar = {"detected": "max"}

    def weights(self, batch):
        read = tf.cast(batch["padding_mask"], tf.float32)
        return {"generator": batch["weights"], "discriminator": read, "detected": read}

    def items(self, model, batch, state, *, training):
        read = {name: batch[name] for name in ("token_ids", "padding_mask", "masked_positions")}
        logits = model.generator(read, training=training)["logits"]  # (B, P, V)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(batch["targets"], logits)
        guessed = tf.argmax(tf.stop_gradient(logits), -1, output_type=tf.int32)
        rows = tf.range(tf.shape(guessed)[0])[:, tf.newaxis] + tf.zeros_like(guessed)
        places = tf.stack([rows, batch["masked_positions"]], -1)
        shown = tf.tensor_scatter_nd_update(batch["token_ids"], places, guessed)
        original = tf.tensor_scatter_nd_update(batch["token_ids"], places, batch["targets"])
        replaced = tf.cast(shown != original, tf.float32)
        found = model.discriminator({"token_ids": shown, "padding_mask": batch["padding_mask"]}, training=training)
        found = found["logits"]
        return {
            "generator": losses,
            "discriminator": tf.nn.sigmoid_cross_entropy_with_logits(labels=replaced, logits=found),
            "detected": tf.cast((found > 0) == (replaced > 0), tf.float32),
        }, state


def batches(count):
    """Each row is one token over and over, so that what is masked can be told, and what is replaced too."""
    rng = np.random.default_rng(3)
    for _ in range(count):
        tokens = np.repeat(rng.integers(5, VOCABULARY, (ROWS, 1)), LENGTH, axis=1).astype(np.int32)
        positions = np.tile(np.array([[1, 4]], np.int32), (ROWS, 1))
        targets = np.take_along_axis(tokens, positions, 1)
        np.put_along_axis(tokens, positions, MASK, 1)
        mask = np.arange(LENGTH) < rng.integers(5, LENGTH + 1, (ROWS, 1))
        weights = np.ones((ROWS, 2), np.float32)
        yield {
            "token_ids": tokens,
            "padding_mask": mask,
            "masked_positions": positions,
            "targets": targets,
            "weights": weights,
        }


def compiled():
    keras.utils.set_random_seed(1)
    model = Pair()
    model.compile(keras.optimizers.Adam(5e-3), objective=Electra())
    return model


def fit(model, steps, epochs):
    spec = {name: tf.TensorSpec(value.shape, value.dtype) for name, value in next(batches(1)).items()}
    data = tf.data.Dataset.from_generator(lambda: batches(steps), output_signature=spec)
    data = data.apply(tf.data.experimental.assert_cardinality(steps)).repeat()
    return model.fit(data, epochs=epochs, steps_per_epoch=steps, shuffle=False, verbose=0).history


@pytest.mark.ci
def test_both_learn_and_all_weights_come_back(tmp_path):
    model = compiled()
    history = fit(model, 40, 5)
    assert set(history) == {"loss", "generator", "discriminator", "detected"}
    assert history["generator"][-1] < history["generator"][0] / 2
    assert history["discriminator"][-1] < history["discriminator"][0] and history["detected"][-1] > 0.9
    np.testing.assert_allclose(
        history["loss"], np.array(history["generator"]) + 50 * np.array(history["discriminator"]), rtol=1e-5
    )
    save_checkpoint(model, RunState(step=7), tmp_path)
    assert len(model.named_weights()) == len(model.weights) > len({weight.path for weight in model.weights})
    again = compiled()
    assert load_checkpoint(again, tmp_path).step == 7
    for one, other in zip(again.weights, model.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_weights_of_one_name_are_not_lost_in_silence(monkeypatch):
    monkeypatch.setattr(Pair, "parts", {})
    with pytest.raises(ValueError, match="pair: two weights have one name"):
        Pair().named_weights()
