"""Private names of Keras 3.15 and TensorFlow 2.21 that are used all the same: what a bump of their pins may break."""

import importlib

import keras
import pytest


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (keras.Layer, "_flatten_layers"),
        (keras.Model, "_maybe_symbolic_build"),
        (keras.optimizers.AdamW, "_all_reduce_sum_gradients"),
        (keras.optimizers.AdamW, "_get_variable_index"),
    ],
)
def test_keras_has_it(owner, name):
    assert callable(getattr(owner, name)), f"Keras {keras.__version__}"


def test_the_layers_directly_inside_one_are_listed():
    outer = keras.layers.TimeDistributed(keras.layers.Dense(2))
    # Private: as `Backbone.build` uses it.
    found = list(outer._flatten_layers(include_self=False, recursive=False))
    assert found == [outer.layer]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("tensorflow.lite.python.convert", "ConverterError"),
        ("tensorflow_text.python.ops.sentencepiece_tokenizer", "gen_sentencepiece_tokenizer"),
    ],
)
def test_a_module_has_it(module, name):
    if module.startswith("tensorflow_text"):
        pytest.importorskip("tensorflow_text")
    assert hasattr(importlib.import_module(module), name)
