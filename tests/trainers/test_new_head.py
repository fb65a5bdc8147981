"""A trained body keeps its weights and gets a head of another task, or of other labels."""

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

SETTINGS = {"steps": 1, "sample_tokens": 0, "histogram_every": 0, "data.batch_size": 2}
STANDING = {**SETTINGS, "optimizer.learning_rate": 1e-12}


def run(model, data, directory, **changes):
    settings = {**STANDING, **changes.pop("settings", {})}
    request = TrainRequest(model=str(model), data=[data], run=directory, settings=settings, **changes)
    return train(request, console=Console(quiet=True)).model


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("start")
    (folder / "text.txt").write_text("the cat sat\non the mat\n" * 30)
    (folder / "labels.tsv").write_text("the cat\tgood\nthe mat\tbad\n")
    (folder / "others.tsv").write_text("the cat\tyes\nthe mat\tno\nsat\tperhaps\n")
    (folder / "tags.conll").write_text("the O\ncat B-ANIMAL\n\nmat B-THING\n")
    run("lstm_tiny", folder / "text.txt", folder / "body", tokenizer="word", settings={"optimizer.learning_rate": 0.1})
    return folder


@pytest.mark.ci
def test_a_body_gets_a_head_of_another_task_and_of_other_labels(start, tmp_path):
    body = zoo.load(start / "body").backbone
    classifier = run(start / "body", start / "labels.tsv", tmp_path / "classifier", task="text_classifier")
    other = run(tmp_path / "classifier", start / "others.tsv", tmp_path / "other", new_head=True)
    tagger = run(
        tmp_path / "other",
        start / "tags.conll",
        tmp_path / "tagger",
        task="token_tagger",
        settings={"task.head": "crf"},
    )
    assert (classifier.labels, other.labels) == (("bad", "good"), ("no", "perhaps", "yes"))
    assert tagger.options["head"] == "crf"
    for model in (classifier, other, tagger, zoo.load(tmp_path / "tagger")):
        for mine, first in zip(model.backbone.weights, body.weights, strict=True):
            np.testing.assert_allclose(mine.numpy(), first.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("model", "changes", "message"),
    [
        ("lstm_tiny", {"new_head": True}, "--new-head is for a run whose body is kept"),
        ("lstm_tiny", {"task": "token_tagger", "settings": {"task.hea": 1}}, "option of the task token_tagger.*'hea'"),
        ("body", {"task": "seq2seq_lm"}, "unknown task of the family lstm: 'seq2seq_lm'"),
        ("classifier", {"settings": {"task.activation": "sigmoid"}}, "the weights of .* fix it; see --new-head"),
    ],
)
def test_what_cannot_be(start, tmp_path, model, changes, message):
    if model == "classifier" and not (start / model).exists():
        run(start / "body", start / "labels.tsv", start / model, task="text_classifier")
    place = start / model if (start / model).exists() else model
    with pytest.raises(UserError, match=message):
        run(place, start / "labels.tsv", tmp_path / "run", **changes)
    assert not (tmp_path / "run").exists()


def test_frozen_weights_stay_and_the_others_learn(start, tmp_path):
    moving = {"optimizer.learning_rate": 0.1, "freeze": "backbone/*"}
    body = zoo.load(start / "body").backbone
    model = run(start / "body", start / "labels.tsv", tmp_path / "run", task="text_classifier", settings=moving)
    for mine, first in zip(model.backbone.weights, body.weights, strict=True):
        np.testing.assert_array_equal(mine.numpy(), first.numpy())
    assert np.abs(model.head.labels.bias.numpy()).max() > 0.01
    for pattern, message in (("backbon/*", "no weight has such a path"), ("*", "no weight is left")):
        with pytest.raises(UserError, match=message):
            run(
                start / "body",
                start / "labels.tsv",
                tmp_path / "other",
                task="text_classifier",
                settings={"freeze": pattern},
            )
