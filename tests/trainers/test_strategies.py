import json

import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.strategies import is_chief, make_strategy

TWO = {"worker": ["a:1", "b:1"]}


@pytest.fixture
def cluster(monkeypatch):
    def set_to(value):
        monkeypatch.setenv("TF_CONFIG", value if isinstance(value, str) else json.dumps(value))

    monkeypatch.delenv("TF_CONFIG", raising=False)
    return set_to


def test_one_is_what_a_process_has_anyway(cluster):
    assert make_strategy("one") is tf.distribute.get_strategy()
    assert is_chief() and is_chief("one")


@pytest.mark.parametrize(
    ("addresses", "task", "chief"),
    [
        (TWO, {"type": "worker", "index": 0}, True),
        (TWO, {"type": "worker", "index": 1}, False),
        ({"chief": ["c:1"], **TWO}, {"type": "worker", "index": 0}, False),
        ({"chief": ["c:1"], **TWO}, {"type": "chief", "index": 0}, True),
    ],
)
def test_a_cluster_has_one_chief(addresses, task, chief, cluster):
    cluster({"cluster": addresses, "task": task})
    assert is_chief() is chief
    assert is_chief("mirrored")  # It trains alone, whatever the environment says.


@pytest.mark.parametrize(
    "config",
    [
        "{",
        "[]",
        {"task": {"index": 0}},
        {"cluster": TWO, "task": {"type": "worker"}},
        {"cluster": TWO, "task": {"type": "worker", "index": 2}},
        {"cluster": TWO, "task": {"type": "worker", "index": -1}},
        {"cluster": TWO, "task": {"type": "worker", "index": True}},
        {"cluster": TWO, "task": {"type": "worker", "index": "0"}},
        {"cluster": TWO, "task": {"type": "chief", "index": 0}},
        {"cluster": {"worker": 3}, "task": {"type": "worker", "index": 0}},
        {"cluster": TWO, "task": [0]},
    ],
)
def test_a_wrong_tf_config_is_told(config, cluster):
    cluster(config)
    for ask in (is_chief, lambda: make_strategy("multi_worker")):
        with pytest.raises(UserError, match="TF_CONFIG"):
            ask()


def test_no_tf_config_and_an_unknown_name(cluster):
    with pytest.raises(UserError, match="needs TF_CONFIG"):
        make_strategy("multi_worker")
    with pytest.raises(UserError, match=r"unknown strategy 'two'\. Known: one, mirrored, multi_worker"):
        make_strategy("two")
