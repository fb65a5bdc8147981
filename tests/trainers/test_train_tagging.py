"""Taggers are trained from CoNLL files, on bodies that read one way and both ways."""

import random

import pytest
from langzoo import zoo
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_description import training_of
from langzoo.trainers.tasks import training_class
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

NAMES = {"PER": ["ann", "bob", "eve smith"], "LOC": ["rome", "new york"]}
WORDS = ["the", "went", "to", "and", "saw", "with", "a", "cat"]


def sentences(count, *, seed):
    draw = random.Random(seed)
    for _ in range(count):
        lines = [f"{word}\tO\n" for word in draw.choices(WORDS, k=draw.randint(1, 6))]
        for kind in draw.choices(sorted(NAMES), k=2):
            first, *others = draw.choice(NAMES[kind]).split()
            place = draw.randint(0, len(lines))
            lines[place:place] = ["".join([f"{first}\tB-{kind}\n", *(f"{word}\tI-{kind}\n" for word in others)])]
        yield "".join(lines)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tagged")
    for name, count, seed in (("train", 300, 0), ("valid", 40, 1)):
        (folder / f"{name}.conll").write_text("\n".join(sentences(count, seed=seed)), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["text_bilstm_tiny", pytest.param("lstm_tiny", marks=pytest.mark.ci)])
def test_tags_come_from_the_file_and_are_learnt(files, tmp_path, name):
    settings = {"data.batch_size": 16, "optimizer.learning_rate": 0.02, "steps": 60, "histogram_every": 0}
    request = TrainRequest(
        model=name,
        data=[files / "train.conll"],
        valid=[files / "valid.conll"],
        run=tmp_path / "run",
        task="token_tagger",
        tokenizer="word",
        settings={**settings, "sample_tokens": 0, "model.hidden_dim": 16, "model.embedding_dim": 16},
    )
    train(request, console=Console(quiet=True))
    model = zoo.load(tmp_path / "run")
    assert model.labels == ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
    text = "bob  went to new york"
    (answer,) = model.answer([text])
    assert answer["spans"][0] == {"label": "PER", "text": "bob", "start": 0, "end": 3}
    if name == "text_bilstm_tiny":  # an LSTM that reads one way does not know what follows "new"
        assert answer["spans"][1] == {"label": "LOC", "text": "new york", "start": 13, "end": 21}
    training = training_of(tmp_path / "run", model)
    learning = training_class(model.task)(
        training, config=model.config, tokenizer=model.tokenizer, options=model.options
    )
    corpus = learning.read([files / "valid.conll"], cache=tmp_path / "cache")
    found = [evaluate(model, corpus, batch_size=size, training=training) for size in (1, 7, 40)]
    assert all(each.tokens == len(corpus) and each.perplexity is None for each in found)
    assert found[0].metrics["accuracy"] == found[1].metrics["accuracy"] == found[2].metrics["accuracy"] >= 0.95
    assert found[1].loss == pytest.approx(found[0].loss, abs=1e-6)


def test_a_name_that_training_has_as_single_words_only(tmp_path):
    """Its spans may be longer elsewhere, or begin in the middle of a cut text."""
    (tmp_path / "train.conll").write_text("ann\tB-PER\nsaw\tO\nrome\tB-LOC\n\n" * 4)
    (tmp_path / "valid.conll").write_text("ann\tB-PER\nsmith\tI-PER\nsaw\tO\n\n")
    settings = {"steps": 2, "histogram_every": 0, "sample_tokens": 0, "metrics": ["span_f1"]}
    files = {"data": [tmp_path / "train.conll"], "valid": [tmp_path / "valid.conll"], "run": tmp_path / "run"}
    request = TrainRequest("text_bilstm_tiny", task="token_tagger", tokenizer="word", settings=settings, **files)
    model = train(request, console=Console(quiet=True)).model
    assert model.labels == ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")


@pytest.mark.ci
def test_intents_are_learnt_beside_tags(tmp_path):
    draw, lines = random.Random(0), []
    for _ in range(200):
        name, intent = draw.choice([("jazz", "PlayMusic"), ("rain", "GetWeather")])
        words = draw.choices(WORDS, k=draw.randint(0, 4))
        lines.append("".join(f"{word} O\n" for word in words) + f"{name} B-thing\n{intent}\n\n")
    path = tmp_path / "slots.txt"
    path.write_text("".join(lines), encoding="utf-8")
    settings = {"data.batch_size": 16, "optimizer.learning_rate": 0.02, "steps": 40, "histogram_every": 0}
    request = TrainRequest(
        model="text_bilstm_tiny",
        data=[path],
        valid=[path],
        run=tmp_path / "run",
        task="snips",
        tokenizer="word",
        settings={**settings, "sample_tokens": 0, "model.hidden_dim": 8, "model.embedding_dim": 8},
    )
    train(request, console=Console(quiet=True))
    model = zoo.load(tmp_path / "run")
    assert model.intents == ("GetWeather", "PlayMusic")
    (answer,) = model.answer(["the cat saw jazz"])
    assert answer["label"] == "PlayMusic"
    assert answer["probabilities"]["PlayMusic"] > 0.8
    assert answer["spans"] == [{"label": "thing", "text": "jazz", "start": 12, "end": 16}]
