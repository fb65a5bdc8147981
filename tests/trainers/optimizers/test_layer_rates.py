import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.trainers.optimizer_config import OptimizerConfig
from langzoo.trainers.optimizers import build_optimizer
from langzoo.trainers.optimizers.layer_rates import layer_rates


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_a_layer_moves_by_its_share(name):
    paths = ("backbone/token_embedding", "backbone/block_0", "backbone/block_1", "head")
    variables = []
    for path in paths:
        with contextlib.ExitStack() as scopes:
            for part in path.split("/"):
                scopes.enter_context(keras.name_scope(part))
            variables.append(keras.Variable(np.zeros((1, 2), np.float32), name="kernel"))
    part = OptimizerConfig(name=name, learning_rate=0.8, layer_decay=0.5, clip_norm=0.0)
    optimizer = build_optimizer(part, variables, steps_per_epoch=10, total_steps=10)
    optimizer.apply([tf.ones((1, 2))] * 4, variables)
    moved = [float(variable.numpy()[0, 0]) for variable in variables]
    np.testing.assert_allclose(moved, [-0.1, -0.2, -0.4, -0.8], rtol=1e-5)


@pytest.mark.parametrize("name", ["bert_nano", "gpt2_tiny", "lstm_tiny", "t5_tiny", "text_cnn_tiny"])
def test_every_weight_of_a_family_has_a_share(name):
    model = zoo.create(name)
    rates = layer_rates([weight.path for weight in model.trainable_variables], 0.9)
    tables = [rate for path, rate in rates.items() if "token_embedding" in path]
    assert all(0 < rate <= 1 for rate in rates.values())
    assert tables and max(tables) == min(rates.values())
    assert all(rate == 1 for path, rate in rates.items() if path.startswith("head/"))
