"""Transformers of every task take the same steps on one device and on two, compiled or not, whole or in parts."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAM = Path(__file__).with_name("task_training.py")
TASKS = ("causal_lm", "masked_lm", "next_sentence", "seq2seq_lm", "text_classifier", "text_encoder")
PLAIN = "one 1 plain"
FEW = (
    "causal_lm mirrored 2 jit",
    "masked_lm mirrored 1 plain",
    "next_sentence mirrored 2 jit",
    "seq2seq_lm one 1 jit",
    "seq2seq_lm mirrored 2 plain",
    "text_classifier mirrored 2 plain",
    "text_encoder mirrored 1 plain",
    "text_encoder mirrored 1 jit",
)
ALL = [
    " ".join(way)
    for way in itertools.product(TASKS, ("one", "mirrored"), ("1", "2", "4"), ("plain", "jit"))
    if " ".join(way[1:]) != PLAIN and (way[0] != "text_encoder" or way[2] == "1")  # its batches are not taken in parts
]


def results_of(ways, folder):
    out = folder / "results.json"
    program = [sys.executable, PROGRAM, out, *(f"{task} {PLAIN}" for task in TASKS), *ways]
    subprocess.run(program, check=True, capture_output=True)
    return json.loads(out.read_text())


def assert_equal_to_plain(results, way):
    plain = results[f"{way.split()[0]} {PLAIN}"]
    found, expected = results[way]["figures"], plain["figures"]
    assert found.keys() == expected.keys() >= {"loss", "val_loss"}
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=1e-5, err_msg=name)
    np.testing.assert_allclose(results[way]["weights"], plain["weights"], rtol=0, atol=5e-6)
    told_by = "val_loss" if way.startswith("text_classifier") else "loss"  # steps this large jump about on few texts
    assert expected[told_by][0] - expected[told_by][-1] > 0.05  # It learns, so that equality means something.


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    return results_of(FEW, tmp_path_factory.mktemp("few"))


@pytest.mark.slow
@pytest.mark.parametrize("way", FEW)
def test_a_way_of_every_kind_equals_the_plain_one(way, few):
    assert_equal_to_plain(few, way)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_every_way_equals_the_plain_one(task, tmp_path):
    ways = [way for way in ALL if way.startswith(task)]
    results = results_of(ways, tmp_path)
    for way in ways:
        assert_equal_to_plain(results, way)
