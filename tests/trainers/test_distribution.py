"""One device, two replicas, two worker processes and accumulated gradients take the same steps."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from langzoo.trainers.local_cluster import free_ports

PROGRAM = Path(__file__).with_name("distributed_training.py")
TOLERANCE = 1e-6
WAYS = [f"{arrangement} {parts}" for arrangement in ("lines", "stream") for parts in (1, 4)]


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    out = tmp_path_factory.mktemp("local") / "results.json"
    subprocess.run([sys.executable, PROGRAM, "local", out], check=True, capture_output=True)
    return json.loads(out.read_text())


def assert_same(one, other):
    for name in ("loss", "val_loss", "weights"):
        np.testing.assert_allclose(other[name], one[name], rtol=0, atol=TOLERANCE, err_msg=name)
    assert one["carried"].keys() == other["carried"].keys()
    for name in one["carried"]:
        np.testing.assert_allclose(other["carried"][name], one["carried"][name], rtol=0, atol=TOLERANCE)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_two_replicas_equal_one_device(local, way):
    assert_same(local[f"one {way.split()[0]} 1"], local[f"mirrored {way}"])


@pytest.mark.slow
@pytest.mark.parametrize("arrangement", ["lines", "stream"])
def test_accumulated_gradients_equal_a_plain_step(local, arrangement):
    assert_same(local[f"one {arrangement} 1"], local[f"one {arrangement} 4"])


@pytest.mark.slow
def test_the_model_learns_so_that_equality_means_something(local):
    losses = local["one stream 1"]["loss"]
    assert losses[0] - losses[-1] > 0.05


@pytest.mark.slow
def test_two_worker_processes_equal_one_process(local, tmp_path):
    addresses = [f"localhost:{port}" for port in free_ports(2)]
    workers = []
    for index in range(2):
        config = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        workers.append(
            subprocess.Popen(
                [sys.executable, PROGRAM, "multi_worker", tmp_path / "results.json"],
                env={**os.environ, "TF_CONFIG": json.dumps(config)},
                stdout=subprocess.DEVNULL,
                stderr=(tmp_path / f"{index}.txt").open("w"),
            )
        )
    codes = [worker.wait(timeout=300) for worker in workers]
    assert codes == [0, 0], "\n".join((tmp_path / f"{index}.txt").read_text()[-2000:] for index in range(2))
    results = json.loads((tmp_path / "results.json").read_text())
    assert sorted(results) == sorted(WAYS)
    for way, result in results.items():
        assert_same(local[f"one {way.split()[0]} 1"], result)
