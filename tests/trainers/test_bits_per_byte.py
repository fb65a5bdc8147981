"""Bits per byte of a run's validations: those of an evaluation, in its records and in TensorBoard."""

import langzoo.zoo as zoo
import pytest
import tensorflow as tf
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_description import training_of
from langzoo.trainers.run_metrics import evaluation_facts, read_metrics
from langzoo.trainers.tasks import training_class
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata, plugin_data_pb2

SMALL = {"steps": 2, "data.batch_size": 4, "data.sequence_length": 12, "sample_tokens": 0, "histogram_every": 0}
BODY = {"model.num_layers": 1, "model.hidden_dim": 8, "model.max_sequence_length": 24, "jit_compile": False}


@pytest.fixture
def run(tmp_path):
    """Trains a model on lines, or on pairs, and judges it by some of them."""
    lines = [f"the {word} sees 猫 {'again ' * (i % 3)}." for i, word in enumerate(["cat", "dog", "bird"] * 12)]
    (tmp_path / "text.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    pairs = [f"{line}\t{' '.join(reversed(line.split()))}\n" for line in lines]
    (tmp_path / "pairs.tsv").write_text("".join(pairs), encoding="utf-8")

    def go(name, settings, tokenizer="word"):
        file = tmp_path / ("pairs.tsv" if name == "transformer_tiny" else "text.txt")
        request = TrainRequest(
            model=name, data=[file], valid=[file], run=tmp_path / name, settings=settings, tokenizer=tokenizer
        )
        train(request, console=Console(quiet=True))
        model = zoo.load(tmp_path / name)
        training = training_of(tmp_path / name, model)
        learning = training_class(model.task)(training, config=model.config, tokenizer=model.tokenizer)
        found = evaluate(model, learning.read([file], cache=tmp_path / "cache"), training=training)
        return tmp_path / name, read_metrics(tmp_path / name)[-1], found

    return go


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("bigram", {}),
        ("lstm_tiny", SMALL),
        ("lstm_tiny", {**SMALL, "data.arrangement": "lines"}),
        ("gpt2_tiny", {**SMALL, **BODY}),
        pytest.param("transformer_tiny", {**SMALL, **BODY, "objective.label_smoothing": 0.1}, marks=pytest.mark.ci),
    ],
)
def test_they_are_those_of_an_evaluation(run, name, settings):
    folder, record, found = run(name, settings)
    assert found.bits_per_byte is not None
    assert record["val_bits_per_byte"] == pytest.approx(found.bits_per_byte, rel=1e-5)
    assert evaluation_facts(folder)["validation bits per byte"] == record["val_bits_per_byte"]


@pytest.mark.ci
@pytest.mark.parametrize(
    ("name", "settings", "tokenizer"),
    [
        ("distilbert_tiny", {}, "wordpiece"),  # some words are hidden
        ("transformer_tiny", {"data.sequence_length": 6, "model.max_sequence_length": 6}, "char"),  # pairs are cut
    ],
)
def test_none_where_not_every_byte_is_predicted(run, name, settings, tokenizer):
    _, record, found = run(name, {**SMALL, **BODY, **settings}, tokenizer)
    assert found.bits_per_byte is None and "val_loss" in record and "val_bits_per_byte" not in record


def test_tensorboard_shows_them_and_names_the_run_in_the_row_of_its_settings(run):
    folder, record, _ = run("lstm_tiny", SMALL)
    events = EventAccumulator(str(folder / "logs" / "validation"), {"tensors": 0})
    events.Reload()
    (shown,) = events.Tensors("bits_per_byte")
    assert float(tf.make_ndarray(shown.tensor_proto)) == pytest.approx(record["val_bits_per_byte"])
    events = EventAccumulator(str(folder / "logs" / "train"))
    events.Reload()
    content = events.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content
    start = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info
    assert start.group_name == f"{folder} (lstm_tiny)"
    assert start.hparams["run"].string_value == "lstm_tiny"
