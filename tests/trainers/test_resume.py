"""A run that is killed again and again ends with the bits of one that was not."""

import json
import os
import signal
import subprocess
import time

import numpy as np
import pytest
from langzoo.trainers.run_state import stored_step
from safetensors.numpy import load_file

from tests.trainers.ways import WAYS, command, text_of

STEPS, EVERY = 400, 7
SETTINGS = [f"checkpoint_every={EVERY}", "validate_every=90", "model.dropout=0.3"]


def training(text, run, way):
    # Averaging begins after a validation, and awd_lstm has dropouts of its own.
    settings = [SETTINGS[0], "validate_every=60"] if way == "averaged" else SETTINGS
    return command(text, run, way, steps=STEPS, settings=settings)


def kill_after(process, run, step):
    while (stored_step(run) or 0) < step:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()


def check(text, folder, way, kills, random):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(training(text, folder / "whole", way), check=True, **quiet)
    for step in kills:
        process = subprocess.Popen(training(text, folder / "killed", way), **quiet)
        kill_after(process, folder / "killed", step)
        time.sleep(random.random() * 0.05)
    subprocess.run(training(text, folder / "killed", way), check=True, **quiet)
    for name in ("weights.safetensors", "checkpoint.safetensors"):
        whole, killed = (load_file(folder / run / name) for run in ("whole", "killed"))
        assert whole.keys() == killed.keys()
        different = [key for key in whole if not np.array_equal(whole[key], killed[key])]
        assert not different
    records = [(folder / run / "metrics.jsonl").read_text().splitlines() for run in ("whole", "killed")]
    timed = ("seconds", "tokens_per_second", "cpu_share")
    timeless = [[{k: v for k, v in json.loads(r).items() if k not in timed} for r in record] for record in records]
    assert timeless[0] == timeless[1]


@pytest.mark.slow
def test_a_killed_run_ends_with_the_same_bits(text, tmp_path):
    check(text, tmp_path, "stream", [50, 200], np.random.default_rng(0))


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_five_kills_at_random_moments(text, tmp_path, way):
    random = np.random.default_rng(int(os.environ.get("LANGZOO_KILL_SEED", "1")))
    check(text_of(way, text, tmp_path), tmp_path, way, sorted(random.integers(1, STEPS - 2 * EVERY, 5)), random)
