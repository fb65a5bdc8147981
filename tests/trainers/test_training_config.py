import subprocess
import sys

import pydantic
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.objectives import OBJECTIVES
from langzoo.trainers.training_config import TrainingConfig


def test_settings_change_what_they_name_and_nothing_else():
    config = TrainingConfig()
    changed = config.with_settings({"optimizer.learning_rate": 1, "data.batch_size": 7, "seed": 3})
    assert (changed.optimizer.learning_rate, changed.data.batch_size, changed.seed) == (1.0, 7, 3)
    assert isinstance(changed.optimizer.learning_rate, float)
    assert changed.with_settings({"optimizer.learning_rate": 2e-3, "data.batch_size": 20, "seed": 0}) == config
    assert config == TrainingConfig() == config.with_settings({})


@pytest.mark.parametrize("objective", ["", *OBJECTIVES])
def test_every_key_can_be_set_to_its_own_value(objective):
    config = TrainingConfig().with_settings({"objective.name": objective})
    values = config.model_dump()
    keys = config.keys()
    assert {"seed", "data.shuffle"} < set(keys) and "data" not in keys
    for key in keys:
        part, _, name = key.rpartition(".")
        value = values[part][name] if part else values[name]
        assert config.with_settings({key: value}) == config, key


@pytest.mark.parametrize(
    "key, value, message",
    [
        ("learning_rate", 0.1, "optimizer.learning_rate"),
        ("optimizer.lerning_rate", 0.1, "optimizer.learning_rate"),
        ("optimizer", {"name": "sgd"}, "'optimizer'"),
        ("data.batch_size.more", 1, "data.batch_size"),
        ("", 1, "''"),
        ("data.batch_size", 0, "--set data.batch_size: must be greater than 0, not 0"),
        ("data.batch_size", 2.5, "--set data.batch_size: must be a valid integer, not 2.5"),
        ("data.batch_size", "20", "--set data.batch_size: must be a valid integer, not '20'"),
        ("data.batch_size", True, "--set data.batch_size: must be a valid integer, not True"),
        ("optimizer.learning_rate", 0, "--set optimizer.learning_rate: must be greater than 0"),
        ("optimizer.learning_rate", float("nan"), "--set optimizer.learning_rate: must be"),
        ("optimizer.learning_rate", float("inf"), "--set optimizer.learning_rate: must be a finite number"),
        ("optimizer.beta_1", 1.0, "--set optimizer.beta_1: must be less than 1"),
        ("optimizer.name", "adamx", "--set optimizer.name: unknown optimizer 'adamx'. Did you mean adam or"),
        ("data.shuffle", "yes", "--set data.shuffle: must be a valid boolean"),
        ("seed", -1, "--set seed: must be greater than or equal to 0"),
        ("steps", None, "--set steps: must be a valid integer, not None"),
    ],
)
def test_what_a_user_gets_wrong(key, value, message):
    with pytest.raises(UserError) as error:
        TrainingConfig().with_settings({key: value})
    assert message in str(error.value) and "\n" not in str(error.value)


def test_is_frozen_and_travels_through_json():
    config = TrainingConfig().with_settings({"optimizer.learning_rate": 1 / 3, "sample_prompt": "猫"})
    assert TrainingConfig.model_validate_json(config.model_dump_json()) == config
    with pytest.raises(pydantic.ValidationError):
        config.seed = 1


def test_needs_no_tensorflow():
    code = "import sys, langzoo.trainers.training_config; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
