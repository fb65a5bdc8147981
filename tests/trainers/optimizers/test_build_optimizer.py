import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.trainers.optimizer_config import OptimizerConfig
from langzoo.trainers.optimizers import build_optimizer
from langzoo.trainers.recipes import recipe_for
from langzoo.zoo.registry import MODELS


def moved(part, gradient, value=1.0, steps_per_epoch=10, steps=1):
    """What a matrix of one row becomes."""
    variable = keras.Variable(np.full((1, 2), value, np.float32), name="kernel")
    optimizer = build_optimizer(part, [variable], steps_per_epoch=steps_per_epoch, total_steps=100)
    for _ in range(steps):
        optimizer.apply([tf.constant([gradient], tf.float32)], [variable])
    return variable.numpy()[0]


@pytest.mark.parametrize(
    "name, kind", [("sgd", keras.optimizers.SGD), ("adam", keras.optimizers.Adam), ("adamw", keras.optimizers.AdamW)]
)
def test_kinds(name, kind):
    optimizer = build_optimizer(OptimizerConfig(name=name, beta_2=0.95), [], steps_per_epoch=1, total_steps=1)
    assert type(optimizer) is kind and optimizer.global_clipnorm == 1.0
    assert name == "sgd" or (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon) == (0.9, 0.95, 1e-8)


@pytest.mark.parametrize("clip_norm, expected", [(0.0, [-2, -3]), (1.0, [0.4, 0.2]), (10.0, [-2, -3])])
def test_clips_by_the_global_norm(clip_norm, expected):
    """SGD at 1.0 with a gradient of (3, 4), norm 5: clipped at 1 it is (0.6, 0.8)."""
    part = OptimizerConfig(name="sgd", learning_rate=1.0, clip_norm=clip_norm)
    np.testing.assert_allclose(moved(part, [3, 4]), expected, rtol=1e-5)


def test_momentum():
    part = OptimizerConfig(name="sgd", learning_rate=0.1, momentum=0.5, clip_norm=0.0)
    np.testing.assert_allclose(moved(part, [1, 1], steps=2), 1 - 0.1 - 0.15, rtol=1e-5)


# One of each family that has an optimizer, small, with every head that it has.
SMALL = {
    "lstm_tiny": {},
    "bilstm_next_word": {"vocabulary_size": 30, "embedding_dim": 8, "hidden_dim": 8},
    "bert_nano": {},
    "roberta_tiny": {},
    "distilbert_tiny": {},
    "electra_tiny": {},
    "gpt2_tiny": {},
    "llama_tiny": {},
    "t5_tiny": {},
    "transformer_tiny": {},
    "transformer_lm_tiny": {},
    "pangu_tiny": {},
    "text_bilstm_tiny": {},
    "text_cnn_tiny": {},
    "rnnlm_tiny": {},
    "gru_tiny": {},
    "nnlm_tiny": {},
    "char_cnn_lstm_tiny": {},
    "awd_lstm_tiny": {},
    "lstm_seq2seq_tiny": {},
    "lstm_vae_tiny": {},
}


def test_every_family_is_among_them():
    counted = {"backoff", "bayes", "ngram", "hmm"}
    assert {zoo.named_model(name).family for name in SMALL} == set(MODELS.families()) - counted


@pytest.mark.parametrize(
    ("name", "task"), [(name, task) for name in SMALL for task in zoo.named_model(name).config.fitting_tasks()]
)
def test_matrices_are_pulled_to_zero_and_nothing_of_lower_rank(name, task):
    """One step without gradients: what is decayed becomes 1 - 0.1 · 0.5 of itself."""
    options = {"heads": {"labels": {"task": "text_classifier"}}} if task == "multi_task" else {}
    model = zoo.create(name, task=task, options=options, **SMALL[name])
    variables = model.trainable_variables
    for variable in variables:
        variable.assign(np.ones(variable.shape, np.float32))
    part = OptimizerConfig(name="adamw", learning_rate=0.1, weight_decay=0.5)
    optimizer = build_optimizer(part, variables, steps_per_epoch=1, total_steps=1)
    optimizer.apply([tf.zeros(variable.shape) for variable in variables], variables)
    for variable in variables:
        expected = 0.95 if len(variable.shape) > 1 else 1.0
        np.testing.assert_allclose(variable.numpy(), expected, rtol=1e-5, err_msg=variable.path)
        if variable.path.endswith(("/embeddings", "/kernel")):
            assert expected == 0.95, variable.path
    assert any("norm" in variable.path or "bias" in variable.path for variable in variables)


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw"])
def test_every_optimizer_leaves_vectors_alone(name):
    matrix, vector = keras.Variable(np.ones((2, 2), np.float32)), keras.Variable(np.ones(2, np.float32), name="scale")
    part = OptimizerConfig(name=name, learning_rate=0.1, weight_decay=0.5)
    optimizer = build_optimizer(part, [matrix, vector], steps_per_epoch=1, total_steps=1)
    optimizer.apply([tf.zeros((2, 2)), tf.zeros(2)], [matrix, vector])
    np.testing.assert_allclose(matrix.numpy(), 0.95, rtol=1e-5)
    np.testing.assert_array_equal(vector.numpy(), 1)


def test_no_decay_by_default():
    for name in ("sgd", "adam", "adamw"):
        np.testing.assert_array_equal(moved(OptimizerConfig(name=name), [0, 0]), 1)


def test_decay_is_counted_in_epochs():
    """Zaremba's small model, epochs of 10 steps: 1.0 for 40 steps, 0.5 for 10, then 0.25."""
    part = recipe_for("lstm_small", "lstm").optimizer
    assert part.clip_norm == 5.0
    positions = [moved(part, [1, 1], value=0.0, steps=steps)[0] for steps in (40, 50, 51)]
    np.testing.assert_allclose(positions, [-40, -45, -45.25], rtol=1e-5)
