"""Runs as a whole, in this process."""

import itertools
import json
import math
import re

import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
import tensorflow as tf
from google.protobuf import text_format
from langzoo.trainers.checkpoint import load_checkpoint
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_metrics import read_metrics
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.zoo.weights_file import read_tensors
from rich.console import Console
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

SMALL = {
    "steps": 2,
    "data.batch_size": 4,
    "data.sequence_length": 8,
    "sample_tokens": 0,
    "histogram_every": 0,
}


@pytest.fixture(scope="session")
def short(tmp_path_factory):
    path = tmp_path_factory.mktemp("short") / "text.txt"
    path.write_text("".join(f"{'ab' * (i % 5)}\t{i % 10} 猫\n" for i in range(60)), encoding="utf-8")
    return path


@pytest.fixture
def run(short, tmp_path):
    """Trains `lstm_tiny` on characters."""

    def go(settings, *, valid=(), directory="run", resume=False, data=None):
        request = TrainRequest(
            model="lstm_tiny",
            data=[data or short],
            valid=valid,
            run=tmp_path / directory,
            tokenizer="char",
            settings={**SMALL, **settings},
            resume=resume,
        )
        return train(request, console=Console(quiet=True))

    return go


@pytest.mark.parametrize(
    ("arrangement", "optimizer", "schedule", "norm"),
    [
        ("stream", "sgd", "step", "none"),
        ("blocks", "adam", "linear", "layer"),
        ("lines", "adamw", "cosine", "batch"),
        ("stream", "adamw", "inverse_sqrt", "layer"),
        ("lines", "sgd", "constant", "batch"),
    ],
)
def test_every_part_takes_steps_that_change_the_weights(arrangement, optimizer, schedule, norm, run, short):
    result = run(
        {
            "data.arrangement": arrangement,
            "optimizer.name": optimizer,
            "optimizer.schedule": schedule,
            "optimizer.warmup_steps": 1,
            "optimizer.momentum": 0.9,
            "optimizer.weight_decay": 0.01,
            "model.norm": norm,
        },
        valid=[short],
    )
    assert result.steps == 2
    keras.utils.set_random_seed(0)
    fresh = zoo.create("lstm_tiny", tokenizer=result.model.tokenizer, norm=norm)
    changed = [not np.array_equal(a, b) for a, b in zip(fresh.weights, result.model.weights, strict=True)]
    assert all(changed)
    assert np.isfinite(result.best_loss)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_learns_and_leaves_no_trace(precision, run):
    result = run({"precision": precision, "steps": 40, "validate_every": 10, "optimizer.learning_rate": 0.02})
    losses = [record["loss"] for record in read_metrics(result.run)]
    assert losses[-1] < losses[0] - 0.3
    assert result.model.backbone.compute_dtype == precision.removeprefix("mixed_")
    assert keras.config.dtype_policy().name == "float32"
    assert all(tensor.dtype == np.float32 for tensor in read_tensors(result.run / "weights.safetensors")[0].values())


def test_accumulated_gradients_are_those_of_the_whole_batch(run):
    one, four = (run({"accumulation_steps": k, "steps": 5}, directory=f"run{k}") for k in (1, 4))
    assert four.final_loss == pytest.approx(one.final_loss, abs=1e-5)


def test_a_loss_a_sequence_is_a_longer_step_and_the_same_report(run):
    still = {"optimizer.name": "sgd", "optimizer.learning_rate": 1e-30, "optimizer.clip_norm": 0.0}
    token, sequence = (run({**still, "loss_per": per}, directory=per).final_loss for per in ("token", "sequence"))
    assert token == pytest.approx(sequence)
    moved = {**still, "optimizer.learning_rate": 0.1}
    by_token = run({**moved, "optimizer.learning_rate": 0.8, "loss_per": "token"}, directory="a").final_loss
    assert run({**moved, "loss_per": "sequence"}, directory="b").final_loss == pytest.approx(by_token, abs=1e-4)


def test_early_stopping_stops_and_stays_stopped_with_the_best_weights(run, tmp_path):
    valid = tmp_path / "valid.txt"  # Nothing that the text says is true here: it gets worse by learning.
    valid.write_text("b9a8b7\n" * 40)
    settings = {"steps": 400, "validate_every": 5, "patience": 2, "optimizer.learning_rate": 0.1}
    result = run(settings, valid=[valid])
    records = read_metrics(result.run)
    losses = [record["val_loss"] for record in records]
    best = int(np.argmin(losses))
    assert len(losses) == best + 3 and records[-1]["step"] == result.steps < 400
    assert result.best_loss == losses[best]
    corpus = TokenCorpus.from_files([valid], result.model.tokenizer, cache=tmp_path)
    assert evaluate(zoo.load(result.run), corpus).loss == pytest.approx(losses[best], abs=1e-5)
    before = {path: path.read_bytes() for path in result.run.glob("*.safetensors")}
    again = run({**settings, "steps": 500}, valid=[valid], resume=True)
    assert (again.steps, again.best_loss) == (result.steps, result.best_loss)
    assert {path: path.read_bytes() for path in result.run.glob("*.safetensors")} == before
    assert read_metrics(result.run) == records


def test_a_plateau_of_perplexity_has_its_margin_in_perplexity(run, short, tmp_path):
    """Better by less than 0.1 nats, and by more than a perplexity of 0.1: the rate stays."""
    settings = {"steps": 6, "validate_every": 2, "optimizer.plateau_rate": 0.5, "optimizer.plateau_margin": 0.1}
    run({**settings, "monitor": "perplexity"}, valid=[short])
    found = [record for record in read_metrics(tmp_path / "run") if "val_perplexity" in record]
    steps = list(itertools.pairwise(record["val_perplexity"] for record in found))
    assert len(steps) == 2 and all(math.log(before / after) < 0.1 < before - after for before, after in steps)
    assert len({record["learning_rate"] for record in found}) == 1


def test_without_validation_the_last_weights_are_kept(run):
    result = run({"steps": 7, "validate_every": 3})
    weights, _ = read_tensors(result.run / "weights.safetensors")
    checkpoint, _ = read_tensors(result.run / "checkpoint.safetensors")
    assert all(np.array_equal(weights[name], checkpoint[f"model/{name}"]) for name in weights)
    assert result.best_loss is None and result.summary()["best_validation_loss"] is None
    # A new process reads the file and not these variables.
    assert load_checkpoint(result.model, result.run).step == 7


@pytest.mark.parametrize("validates", [True, False])
def test_averages_are_validated_and_kept_and_the_checkpoint_goes_on_from_the_weights(run, short, tmp_path, validates):
    settings = {"steps": 7, "validate_every": 3, "optimizer.ema_momentum": 0.9}
    result = run(settings, valid=[short] if validates else [])
    weights, _ = read_tensors(result.run / "weights.safetensors")
    checkpoint, _ = read_tensors(result.run / "checkpoint.safetensors")
    kept = result.model.named_weights()
    for index, average in enumerate(result.model.optimizer.averages):
        name = next(name for name, each in kept.items() if each is result.model.trainable_variables[index])
        np.testing.assert_array_equal(kept[name], weights[name])
        np.testing.assert_array_equal(average, weights[name])
        assert not np.array_equal(weights[name], checkpoint[f"model/{name}"])
    if validates:
        corpus = TokenCorpus.from_files([short], result.model.tokenizer, cache=tmp_path)
        assert evaluate(zoo.load(result.run), corpus).loss == pytest.approx(result.best_loss, abs=1e-5)


def test_epochs_are_passes_over_the_text(run, short, tmp_path):
    result = run({"steps": 0, "epochs": 2, "data.arrangement": "blocks"})
    tokens = len(TokenCorpus.from_files([short], result.model.tokenizer, cache=tmp_path))
    assert result.steps == 2 * math.ceil(math.ceil(tokens / 8) / 4)


@pytest.mark.ci
def test_tensorboard_shows_all_of_a_run_and_of_its_resume(run, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("".join(f"{'ab' * (i % 5)}\t{i % 10} 猫\n" for i in range(100)), encoding="utf-8")
    (tmp_path / "watched.txt").write_text("aba\n\n猫\n", encoding="utf-8")
    settings = {"histogram_every": 1, "sample_tokens": 5, "sample_prompt": "ab", "validate_every": 20}
    settings["watch"] = str(tmp_path / "watched.txt")
    run({**settings, "steps": 40}, valid=[text], data=text)
    directory = run({**settings, "steps": 60}, valid=[text], data=text, resume=True).run
    events = {
        part: EventAccumulator(str(directory / "logs" / part), {"tensors": 0}) for part in ("train", "validation")
    }
    for part in events.values():
        part.Reload()
    tags = events["train"].Tags()
    weights = {f"weights/{weight.path}" for weight in zoo.load(directory).weights}
    scalars = {"loss", "perplexity", "learning_rate", "tokens_per_second", "cpu_share", "gradient_norm/head"}
    watched = events["train"].Tensors("watched")
    assert [event.step for event in watched] == [20, 40, 60]
    assert re.fullmatch("(?s)    aba.*\n\n---\n\n    猫.*", watched[0].tensor_proto.string_val[0].decode())
    assert {*scalars, *weights} <= set(tags["tensors"])
    assert tags["graph"] or tags["meta_graph"]
    for part, name in itertools.product(events, ("loss", "perplexity")):
        values = events[part].Tensors(name)
        assert [event.step for event in values] == [20, 40, 60]
    metrics = read_metrics(directory)
    shown = [float(tf.make_ndarray(event.tensor_proto)) for event in events["validation"].Tensors("loss")]
    assert shown == pytest.approx([record["val_loss"] for record in metrics], rel=1e-6)
    sample = next(tag for tag in tags["tensors"] if tag.startswith("sample"))
    assert (
        events["train"]
        .Tensors(sample)[0]
        .tensor_proto.string_val[0]
        .decode()
        .startswith("prompt\n\n    ab\n\ncontinuation\n\n    ")
    )
    assert "_hparams_/session_start_info" in {
        *events["train"].summary_metadata,
        *tags["tensors"],
    }


def test_the_projector_reads_what_it_is_given(run):
    folder = run({}).run / "logs" / "train"
    config = text_format.Parse((folder / "projector_config.pbtxt").read_text(), ProjectorConfig())
    (embedding,) = config.embeddings
    vectors = (folder / embedding.tensor_path).read_text(encoding="utf-8").split("\n")[:-1]
    names = (folder / embedding.metadata_path).read_text(encoding="utf-8").split("\n")[:-1]
    model = zoo.load(folder.parents[1])
    assert len(vectors) == len(names) == model.config.vocabulary_size
    assert "\\t" in names and all(name.strip() and "\t" not in name for name in names)
    read = np.array([[float(cell) for cell in row.split("\t")] for row in vectors])
    np.testing.assert_allclose(read, model.backbone.token_embedding.embeddings.numpy(), rtol=1e-4, atol=1e-6)


def test_training_json_and_card_tell_what_was_done(run, short):
    directory = run({"seed": 5}, valid=[short]).run
    described = json.loads((directory / "training.json").read_text(encoding="utf-8"))
    assert described["data"] == [str(short)] and described["training"]["seed"] == 5
    assert "seed 5" in (directory / "model_card.md").read_text(encoding="utf-8")
