import json

import pytest
from langzoo.trainers.run_metrics import evaluation_facts, metrics_of_weights


def write(folder, *records):
    (folder / "metrics.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def test_the_figures_are_those_of_the_weights_that_are_kept(tmp_path):
    best = {"step": 20, "loss": 2.0, "perplexity": 7.4, "val_loss": 4.0, "val_perplexity": 54.6}
    write(
        tmp_path,
        {"step": 10, "loss": 3.0, "perplexity": 20.1, "val_loss": 4.5, "val_perplexity": 90.0},
        best,
        {"step": 30, "loss": 1.0, "perplexity": 2.7, "val_loss": 4.0, "val_perplexity": 54.6},
        {"step": 40, "loss": 0.5, "perplexity": 1.6, "val_loss": None, "val_perplexity": None},
    )
    assert metrics_of_weights(tmp_path) == best
    assert evaluation_facts(tmp_path) == {
        "validation perplexity": 54.6,
        "validation loss, nats per token": 4.0,
        "training perplexity over the last interval": 7.4,
        "step of these weights": 20,
    }


def test_without_validation_they_are_the_last(tmp_path):
    write(tmp_path, {"step": 10, "loss": 3.0}, {"step": 20, "loss": 2.0})
    assert metrics_of_weights(tmp_path) == {"step": 20, "loss": 2.0}


def test_a_model_that_no_run_trained(tmp_path):
    assert metrics_of_weights(tmp_path) is None and evaluation_facts(tmp_path) == {}


@pytest.mark.parametrize("end", ["", '{"step": 3', '{"step": 30, "loss": 1.5'])
def test_a_line_that_was_cut_off_does_not_count(tmp_path, end):
    write(tmp_path, {"step": 10, "loss": 3.0})
    with open(tmp_path / "metrics.jsonl", "a") as file:
        file.write(end)
    assert metrics_of_weights(tmp_path) == {"step": 10, "loss": 3.0}
