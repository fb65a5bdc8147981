"""Text classifiers are trained from tables, on bodies that read one way and both ways."""

import random

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_description import training_of
from langzoo.trainers.tasks import training_class
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

WORDS = ["the", "a", "cat", "dog", "film", "was", "and", "very", "it", "猫"]
SIGNS = {"good": ["great", "lovely", "fine"], "bad": ["awful", "sad", "poor"], "0": ["so-so"]}
SETTINGS = {
    "data.batch_size": 16,
    "optimizer.learning_rate": 0.01,
    "sample_tokens": 0,
    "histogram_every": 0,
    "model.dropout": 0.0,
}
# A BERT this narrow does not leave its plateau from weights as small as a wide one's.
BERT = {"model.initializer_range": 0.2, "data.sequence_length": 16, "optimizer.warmup_steps": 20}
BODIES = {
    "lstm_tiny": ("word", {}),
    "bert_nano": ("wordpiece", {**BERT, "optimizer.learning_rate": 0.002, "jit_compile": False}),
}


def table(count, *, seed, pairs=False):
    draw, lines = random.Random(seed), []
    for _ in range(count):
        label = draw.choice(sorted(SIGNS))
        words = [draw.choice(WORDS) for _ in range(draw.randint(1, 12))]
        words.insert(draw.randint(0, len(words)), draw.choice(SIGNS[label]))
        lines.append("\t".join([" ".join(words), *(["it was"] if pairs else []), label]) + "\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    for name, count, seed in (("train", 300, 0), ("valid", 60, 1)):
        (folder / f"{name}.tsv").write_text(table(count, seed=seed), encoding="utf-8")
    (folder / "other.tsv").write_text("the cat\tneutral\n", encoding="utf-8")
    return folder


def request(files, run, name, **changes):
    tokenizer, more = BODIES[name]
    given = {
        "model": name,
        "data": [files / "train.tsv"],
        "valid": [files / "valid.tsv"],
        "run": run,
        "task": "text_classifier",
        "tokenizer": tokenizer,
        "vocabulary_size": 150,
        "settings": {**SETTINGS, **more, "steps": 160},
    }
    return TrainRequest(**{**given, **changes})


@pytest.mark.parametrize("name", BODIES)
def test_labels_come_from_the_table_and_are_learnt(files, tmp_path, name):
    result = train(request(files, tmp_path / "run", name), console=Console(quiet=True))
    assert result.model.labels == ("0", "bad", "good")
    model = zoo.load(tmp_path / "run")
    assert [each["label"] for each in model.answer(["the film was awful", "a lovely 猫", "so-so"])] == [
        "bad",
        "good",
        "0",
    ]
    training = training_of(tmp_path / "run", model)
    learning = training_class(model.task)(training, config=model.config, tokenizer=model.tokenizer)
    corpus = learning.read([files / "valid.tsv"], cache=tmp_path / "cache")
    found = [evaluate(model, corpus, batch_size=size, training=training) for size in (1, 7, 60)]
    assert all(each.tokens == 60 and each.perplexity is None for each in found)
    assert found[0].metrics["accuracy"] == found[1].metrics["accuracy"] == found[2].metrics["accuracy"] >= 0.95
    assert found[1].loss == pytest.approx(found[0].loss, abs=1e-6)


def test_a_label_that_the_training_has_not(files, tmp_path):
    with pytest.raises(UserError, match=r"unknown label 'neutral'.*Known: 0, bad, good"):
        train(request(files, tmp_path / "run", "lstm_tiny", valid=[files / "other.tsv"]), console=Console(quiet=True))
    assert not (tmp_path / "run" / "config.json").exists()


def test_pairs_of_texts(tmp_path):
    (tmp_path / "train.tsv").write_text(table(60, seed=3, pairs=True), encoding="utf-8")
    more = {"settings": {**SETTINGS, "jit_compile": False, "steps": 2}, "valid": []}
    result = train(request(tmp_path, tmp_path / "run", "bert_nano", **more), console=Console(quiet=True))
    (answer,) = result.model.answer(["the cat"], ["it was"])
    assert set(answer["probabilities"]) == {"0", "bad", "good"}
