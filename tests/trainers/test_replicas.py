"""Every objective takes the same steps on two replicas as on one device."""

import json
import subprocess

import numpy as np
import pytest
from langzoo import zoo
from safetensors.numpy import load_file

from tests.trainers.ways import WAYS, command, text_of

STEPS = 30
# Plain descent, in which equal gradients make equal weights to rounding; without dropout, whose draws are a replica's.
SETTINGS = ["optimizer.name=sgd", "optimizer.warmup_steps=0", "validate_every=15"]
# A discriminator weighs fifty times as much, and a drawn word jumps where rounding carries a border over its draw.
RATES = {"replaced": 0.05}


def trained(text, run, way, replicas):
    """Weights and validations."""
    fields = type(zoo.named_model(WAYS[way][0]).config).model_fields
    dropouts = [f"model.{name}=0" for name in fields if "drop" in name]
    strategy = [f"strategy={'mirrored' if replicas > 1 else 'one'}", f"replicas={replicas}"]
    settings = [*SETTINGS, f"optimizer.learning_rate={RATES.get(way, 0.5)}", *dropouts, *strategy]
    subprocess.run(command(text, run, way, steps=STEPS, settings=settings), check=True, capture_output=True)
    records = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return load_file(run / "weights.safetensors"), records


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_two_replicas_equal_one(text, tmp_path, way):
    text = text_of(way, text, tmp_path)
    expected, records = trained(text, tmp_path / "one", way, 1)
    weights, found = trained(text, tmp_path / "two", way, 2)
    assert weights.keys() == expected.keys()
    for name in expected:
        np.testing.assert_allclose(weights[name], expected[name], rtol=0, atol=2e-5, err_msg=name)
    for one, two in zip(records, found, strict=True):
        for name in one.keys() & {"loss", "val_loss", "val_masked_token", "val_next_sentence", "val_discriminator"}:
            np.testing.assert_allclose(two[name], one[name], rtol=1e-5, atol=1e-5, err_msg=name)
    assert records[-1]["val_loss"] < records[0]["val_loss"]  # It learns, so that equality means something.
