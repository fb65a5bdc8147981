"""What others bring is trained with like ours: an objective, an optimizer, a schedule, a recipe and a fitter."""

from typing import ClassVar

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.fitting import FITTERS, Fitter, register_fitter
from langzoo.trainers.objectives import OBJECTIVES, NextToken, register_objective
from langzoo.trainers.optimizers import OPTIMIZERS, register_optimizer
from langzoo.trainers.recipes import RECIPES, recipe_for, register_recipe
from langzoo.trainers.run_description import read_run
from langzoo.trainers.run_metrics import read_metrics
from langzoo.trainers.schedules import SCHEDULES, register_schedule
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.trainers.training_config import TrainingConfig
from langzoo.zoo.objective_config import ObjectiveConfig
from pydantic import Field
from rich.console import Console

NAME = "from_outside"


@pytest.fixture(autouse=True)
def brought():
    """One of each, gone again afterwards."""
    registries = (OBJECTIVES, OPTIMIZERS, SCHEDULES, RECIPES, FITTERS)
    before = [registry.own() and dict(registry._entries) for registry in registries]

    @register_objective(NAME)
    class Sharper(NextToken):
        """The next token, and how far from flat the distribution is."""

        is_default = False
        shares: ClassVar = {"next_token": 1.0, "entropy": 0.5}
        metrics: ClassVar = {"right": "max"}

        class Config(ObjectiveConfig):
            """Its settings."""

            strength: float = Field(default=0.5, gt=0)

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.shares = {"next_token": 1.0, "entropy": self.settings.strength}

        def items(self, model, batch, state, *, training):
            logits = model({"token_ids": batch["token_ids"]}, training=training)["logits"]
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(batch["targets"], logits)
            entropy = -tf.reduce_sum(tf.nn.softmax(logits) * tf.nn.log_softmax(logits), -1)
            right = tf.cast(tf.argmax(logits, -1, output_type=tf.int32) == batch["targets"], tf.float32)
            return {"next_token": losses, "entropy": entropy, "right": right}, {}

    @register_optimizer(NAME)
    def lion(part, **shared):
        """Lion."""
        return keras.optimizers.Lion(beta_1=part.beta_1, beta_2=part.beta_2, **shared)

    @register_schedule(NAME)
    def halved(rate, step):
        """Half the rate, always."""
        return 0.5

    @register_recipe("lstm_tiny")
    def recipe():
        """Rows of 7."""
        return TrainingConfig().with_settings({"data.arrangement": "lines", "data.sequence_length": 7})

    yield
    for registry, entries in zip(registries, before, strict=True):
        registry._entries = entries


@pytest.fixture
def request_for(tmp_path):
    (tmp_path / "a.txt").write_text("".join(f"{'ab ' * (i % 5)}c\n" for i in range(60)))
    small = {
        "steps": 30,
        "validate_every": 10,
        "sample_tokens": 0,
        "histogram_every": 0,
        "optimizer.learning_rate": 0.02,
    }
    names = {"objective.name": NAME, "optimizer.name": NAME, "optimizer.schedule": NAME, "monitor": "right"}

    def make(**settings):
        text = [tmp_path / "a.txt"]
        settings = {**small, **names, **settings}
        return TrainRequest(model="lstm_tiny", data=text, valid=text, run=tmp_path / "run", settings=settings)

    return make


def test_all_of_them_train(request_for):
    result = train(request_for(**{"objective.strength": 0.25}), console=Console(quiet=True))
    training = read_run(result.run).training
    assert training.data.sequence_length == 7 == recipe_for("lstm_tiny", "lstm").data.sequence_length
    assert training.objective.model_dump() == {"name": NAME, "strength": 0.25}
    assert (training.monitor, training.monitor_direction) == ("right", "max")
    first, *_, last = read_metrics(result.run)
    assert last["learning_rate"] == pytest.approx(0.01)
    assert last["val_loss"] == pytest.approx(last["val_next_token"] + 0.25 * last["val_entropy"], rel=1e-6)
    assert last["val_perplexity"] == pytest.approx(np.exp(last["val_next_token"]), rel=1e-6)
    assert last["entropy"] < first["entropy"] and last["next_token"] < first["next_token"]


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"objective.strength": 0.0}, "--set objective.strength: must be greater than 0, not 0.0"),
        (
            {"objective.strenth": 0.1},
            "the objective from_outside has no such setting, only objective.name, objective.st",
        ),
        ({"monitor": "accuracy"}, "does not report it; use loss, next_token, entropy, right, perplexity"),
        (
            {"optimizer.name": "from_outsid"},
            "--set optimizer.name: unknown optimizer 'from_outsid'. Did you mean from_",
        ),
        ({"optimizer.schedule": "cosin"}, "--set optimizer.schedule: unknown schedule 'cosin'. Did you mean cosine"),
    ],
)
def test_what_a_user_gets_wrong(request_for, settings, message):
    with pytest.raises(UserError) as error:
        request_for(**settings).resolve()
    assert message in str(error.value) and "\n" not in str(error.value)


def test_a_fitter_has_a_name():
    @register_fitter(NAME)
    class Nothing(Fitter):
        """Finds no weights."""

        def fit(self, run):
            raise UserError(f"{run.resolved.name}: nothing is found")

    assert FITTERS[NAME] is Nothing and {"counting", "gradient"} < set(FITTERS)
