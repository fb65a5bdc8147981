"""What every named model is: its golden file; `LANGZOO_UPDATE_GOLDEN=1` writes them anew."""

import json
import os
import re
from pathlib import Path

import keras
import pytest
from langzoo import zoo

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
UPDATE = "LANGZOO_UPDATE_GOLDEN"
ALL_NAMES = [model.name for model in zoo.named_models()]
# Larger ones are counted and described without being built: test_parameter_counts.py.
NAMES = [name for name in ALL_NAMES if zoo.named_model(name).parameters < 100_000_000]
# The smallest of each family shows what its layers are; the others take their time.
SMALLEST = {
    min((model.parameters, model.name) for model in zoo.named_models() if model.family == family)[1]
    for family in {model.family for model in zoo.named_models()}
}


@pytest.fixture
def without_drawing(monkeypatch):
    """Weights are zeros: what is looked at is their names and shapes, and 30 million normal numbers take a second."""
    for kind in ("RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling"):
        zeros = lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype)  # noqa: E731
        monkeypatch.setattr(getattr(keras.initializers, kind), "__call__", zeros)


def described(name):
    keras.backend.clear_session()
    named, model = zoo.named_model(name), zoo.create(name)
    return {
        "name": name,
        "family": named.family,
        "task": named.task,
        "parameters": model.count_params(),
        "config": named.config.to_dict(),
        "variables": {weight.path: f"{weight.dtype} {tuple(weight.shape)}" for weight in model.weights},
    }


@pytest.mark.usefixtures("without_drawing")
@pytest.mark.parametrize(
    "name", [name if name in SMALLEST else pytest.param(name, marks=pytest.mark.ci) for name in NAMES]
)
def test_is_what_its_golden_file_says(name):
    path, now = GOLDEN / f"{name}.json", described(name)
    if os.environ.get(UPDATE) == "1":
        path.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    assert path.is_file(), f"{name} has no golden file: {UPDATE}=1 writes it"
    assert json.loads(path.read_text(encoding="utf-8")) == now, f"{name} is another model; {UPDATE}=1 if it should be"
    assert zoo.named_model(name).parameters == now["parameters"]


@pytest.mark.parametrize("name", ALL_NAMES)
def test_its_description_names_no_other_number_of_parameters(name):
    named = zoo.named_model(name)
    numbers = re.findall(r"([\d,]+) parameters", named.description)
    assert [int(number.replace(",", "")) for number in numbers] in ([], [named.parameters])


def test_there_is_no_golden_file_of_a_model_that_is_gone():
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == NAMES


@pytest.mark.parametrize(
    "name, parameters", [("lstm_small", 4_651_600), ("lstm_medium", 19_775_200), ("lstm_large", 66_022_000)]
)
def test_parameters_by_hand(name, parameters):
    """V D + n 4 H (D + H + 1) + H V + V, with D = H."""
    config = zoo.named_model(name).config
    v, h = config.vocabulary_size, config.hidden_dim
    assert v * h + 2 * 4 * h * (h + h + 1) + h * v + v == parameters == config.parameter_count()
