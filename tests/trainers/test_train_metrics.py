"""Metrics of whole validation sets while a model is trained: in order, monitored, recorded, shown."""

import json
import math
import random
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_description import training_of
from langzoo.trainers.run_metrics import read_metrics
from langzoo.trainers.seed_runs import mean_and_deviation, seed_requests
from langzoo.trainers.tasks import training_class
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console
from sklearn.metrics import f1_score, matthews_corrcoef

WORDS = ["the", "plot", "was", "quite", "fine", "dull"]
QUICK = {"histogram_every": 0, "sample_tokens": 0, "model.hidden_dim": 8, "model.embedding_dim": 8}
QUIET = Console(quiet=True)


def rows(count, *, seed):
    """Texts of one to 30 words, so that batches are of several lengths; those with more "fine" than "dull" are good."""
    draw = random.Random(seed)
    for _ in range(count):
        words = draw.choices(WORDS, k=draw.choice([1, 3, 12, 30]))
        yield " ".join(words), "good" if words.count("fine") > words.count("dull") else "bad"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    for name, count, seed in (("train", 240, 0), ("valid", 101, 1)):
        lines = ["text\tlabel", *("\t".join(row) for row in rows(count, seed=seed))]
        (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n")
    return folder


def request(folder, run, **settings):
    return TrainRequest(
        model="text_bilstm_tiny",
        data=[folder / "train.tsv"],
        valid=[folder / "valid.tsv"],
        run=run,
        task="text_classifier",
        tokenizer="word",
        settings={
            "data.batch_size": 16,
            "optimizer.learning_rate": 0.03,
            "steps": 24,
            "validate_every": 8,
            "evaluation_batch_size": 8,
            "data.buckets": 3,
            **QUICK,
            **settings,
        },
    )


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    run = tmp_path_factory.mktemp("runs") / "run"
    return train(request(folder, run, metrics=["matthews", "f1"], monitor="matthews"), console=QUIET)


def test_validations_compute_what_is_monitored(trained, folder):
    records = read_metrics(trained.run)
    assert [record["step"] for record in records] == [8, 16, 24]
    best = max(records, key=lambda record: record["val_matthews"])
    assert 0 < best["val_matthews"] <= 1 and best["val_accuracy"] == pytest.approx(trained.figures["accuracy"])
    # The weights that are kept are those of the best validation; the answers, text by text, give its figures.
    model = zoo.load(trained.run)
    given = list(rows(101, seed=1))
    told = [answer["label"] for answer in model.answer([text for text, _ in given])]
    right = [label for _, label in given]
    assert best["val_matthews"] == pytest.approx(matthews_corrcoef(right, told), abs=1e-9)
    assert best["val_f1"] == pytest.approx(f1_score(right, told, pos_label="good"), abs=1e-9)
    assert [model.labels[place] for place in trained.predictions.references] == right  # in the order of the file
    assert [model.labels[place] for place in trained.predictions.best] == told
    assert trained.summary()["validation"]["confusion"] is not None


def test_an_evaluation_gives_the_figures_of_the_validation(trained, folder, tmp_path):
    model = zoo.load(trained.run)
    training = training_of(trained.run, model)
    learning = training_class(model.task)(
        training, config=model.config, tokenizer=model.tokenizer, options=model.options
    )
    corpus = learning.read([folder / "valid.tsv"], cache=tmp_path)
    for size in (7, 200):
        found = evaluate(model, corpus, batch_size=size, training=training, metrics=["roc_auc"])
        for name in ("matthews", "f1", "f1_macro", "accuracy", "calibration_error"):
            assert found.metrics[name] == pytest.approx(trained.figures[name], abs=1e-6), name
        assert 0.5 < found.metrics["roc_auc"] <= 1
    numbers = [record.line for record in learning.records([folder / "valid.tsv"])]
    assert numbers == list(range(2, 103))


def test_tensorboard_shows_the_report(trained):
    tags = set()
    for path in (trained.run / "logs" / "validation").glob("events*"):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            tags |= {value.tag for value in event.summary.value}
    assert {"matthews", "f1_macro", "labels", "confusion", "reliability"} <= tags


def test_without_metrics_there_is_no_pass(folder, tmp_path):
    result = train(request(folder, tmp_path / "run", steps=8), console=QUIET)
    (record,) = read_metrics(tmp_path / "run")
    assert "val_f1_macro" not in record and "f1_macro" in result.figures


def test_a_metric_that_does_not_fit_the_labels_is_told_before_the_first_step(folder, tmp_path):
    (tmp_path / "a.tsv").write_text("text\tlabel\n" + "fine\ta\ndull\tb\nplot\tc\n" * 4)
    asked = TrainRequest(
        model="text_bilstm_tiny",
        data=[tmp_path / "a.tsv"],
        valid=[tmp_path / "a.tsv"],
        run=tmp_path / "run",
        task="text_classifier",
        tokenizer="word",
        settings={"monitor": "f1", **QUICK},
    )
    with pytest.raises(UserError, match=r"f1: it is for two labels.*use f1_macro"):
        train(asked, console=QUIET)
    assert not (tmp_path / "run" / "config.json").exists()


def test_a_figure_that_is_not_defined_leaves_weights_all_the_same(folder, tmp_path):
    (tmp_path / "valid.tsv").write_text("text\tlabel\nfine plot\tgood\nfine\tgood\n")  # one class: no ROC
    asked = request(folder, tmp_path / "run", monitor="roc_auc", steps=16)
    result = train(TrainRequest(**{**vars(asked), "valid": [tmp_path / "valid.tsv"]}), console=QUIET)
    assert all(record["val_roc_auc"] is None for record in read_metrics(tmp_path / "run"))
    assert math.isnan(result.figures["roc_auc"])
    assert zoo.load(tmp_path / "run").answer(["fine"])


def test_tags_of_texts_that_take_several_rows_come_back_whole(tmp_path):
    draw = random.Random(0)
    sentences = []
    for length in (3, 40, 9, 25, 1, 60, 4):
        names = [draw.choice(["ann", "bob"]) if draw.random() < 0.3 else draw.choice(WORDS) for _ in range(length)]
        sentences.append([(word, "B-PER" if word in ("ann", "bob") else "O") for word in names])
    text = "\n".join("".join(f"{word}\t{tag}\n" for word, tag in sentence) for sentence in sentences)
    (tmp_path / "a.conll").write_text(text)
    asked = TrainRequest(
        model="bert_nano",
        data=[tmp_path / "a.conll"],
        valid=[tmp_path / "a.conll"],
        run=tmp_path / "run",
        task="token_tagger",
        tokenizer="word",
        settings={
            "steps": 4,
            "data.batch_size": 4,
            "data.sequence_length": 16,
            "model.max_sequence_length": 16,  # the longest take several rows
            "model.num_layers": 1,
            "jit_compile": False,
            "metrics": ["span_f1"],
            "evaluation_batch_size": 3,
            "histogram_every": 0,
            "sample_tokens": 0,
        },
    )
    result = train(asked, console=QUIET)
    assert result.predictions.references == [[tag for _, tag in sentence] for sentence in sentences]
    assert [len(tags) for tags in result.predictions.predictions] == [len(sentence) for sentence in sentences]
    pairs = zip(result.predictions.references, result.predictions.predictions, strict=True)
    right = [own == told for pair in pairs for own, told in zip(*pair, strict=True)]
    assert np.mean(right) == pytest.approx(result.figures["accuracy"])
    assert "val_span_f1" in read_metrics(tmp_path / "run")[-1]


def test_seeds_are_requests_of_their_own(folder, tmp_path):
    asked = request(folder, tmp_path)
    found = seed_requests(asked, 3)
    assert [(each.run.name, each.settings["seed"]) for each in found] == [("seed-0", 0), ("seed-1", 1), ("seed-2", 2)]
    for settings, message in (({"seed": 4}, "leave --set seed out"), ({"strategy": "multi_worker"}, "one process")):
        with pytest.raises(UserError, match=message):
            seed_requests(request(folder, tmp_path, **settings), 2)
    both = mean_and_deviation([{"f1": 0.5, "a": 1.0}, {"f1": 0.7, "a": math.nan}, {"f1": 0.9, "a": 1.0}])
    assert both["f1"] == pytest.approx((0.7, 0.2)) and all(map(math.isnan, both["a"]))


@pytest.mark.slow
@pytest.mark.parametrize("way", [["--strategy", "mirrored", "--set", "replicas=2"], ["--workers", "2"]])
def test_replicas_and_workers_find_the_same_figures(way, folder, tmp_path):
    figures = {}
    for name, more in (("one", []), ("many", way)):
        settings = {"steps": 8, "validate_every": 4, "data.batch_size": 16, "metrics": '["matthews"]', **QUICK}
        settings |= {"evaluation_batch_size": 8, "optimizer.learning_rate": 0.03}
        args = ["train", "text_bilstm_tiny", "--task", "text_classifier", "--tokenizer", "word", "--json", *more]
        args += [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        args += ["--data", folder / "train.tsv", "--valid", folder / "valid.tsv", "--run", tmp_path / name]
        program = [sys.executable, "-m", "langzoo.cli", *map(str, args)]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        figures[name] = json.loads(done.stdout)["validation"], read_metrics(tmp_path / name)
    for name, value in figures["one"][0].items():
        if isinstance(value, float):
            assert figures["many"][0][name] == pytest.approx(value, abs=2e-5), name
    assert figures["many"][0]["confusion"] == figures["one"][0]["confusion"]
    for one, many in zip(figures["one"][1], figures["many"][1], strict=True):
        assert many["val_matthews"] == pytest.approx(one["val_matthews"], abs=1e-9)
