"""One body learns several tasks at once, each batch of one of them."""

import dataclasses
import io
import json
import random

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_description import training_of
from langzoo.trainers.run_metrics import read_metrics
from langzoo.trainers.task_request import TaskRequest
from langzoo.trainers.tasks import training_class
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.zoo.weights_file import read_tensors
from rich.console import Console

MOODS = {"good": ["lovely", "great", "fine"], "bad": ["awful", "dull", "poor"]}
NAMES = ["ann", "bob", "eve"]
SMALL = {
    "data.batch_size": 8,
    "data.sequence_length": 12,
    "optimizer.learning_rate": 0.01,
    "optimizer.schedule": "constant",
    "optimizer.warmup_steps": 0,
    "optimizer.warmup_fraction": 0.0,
    "histogram_every": 0,
    "sample_tokens": 0,
    "jit_compile": False,
}
BODIES = {
    "distilbert_tiny": {"model.num_layers": 1, "model.hidden_dim": 16, "model.max_sequence_length": 16},
    "text_bilstm_tiny": {"model.hidden_dim": 8, "model.embedding_dim": 16},
}


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    folder, draw = tmp_path_factory.mktemp("several"), random.Random(0)
    for part, count in (("train", 96), ("valid", 24)):
        with open(folder / f"{part}.tsv", "w") as moods, open(folder / f"{part}.conll", "w") as tagged:
            moods.write("text\tlabel\n")
            for _ in range(count):
                mood = draw.choice(sorted(MOODS))
                moods.write(f"{draw.choice(MOODS[mood])} {draw.choice(['film', 'plot'])}\t{mood}\n")
            for _ in range(count // 2):
                words = [f"{draw.choice(NAMES)}\tB-PER", f"{draw.choice(['saw', 'met'])}\tO"] * draw.randint(1, 2)
                tagged.write("\n".join(words) + "\n\n")
    files = lambda ending: {"data": [folder / f"train.{ending}"], "valid": [folder / f"valid.{ending}"]}  # noqa: E731
    return {
        "mood": TaskRequest(**files("tsv"), task="text_classifier", settings={"monitor": "accuracy"}),
        "names": TaskRequest(
            **files("conll"), task="token_tagger", settings={"metrics": ["span_f1"], "monitor": "span_f1"}
        ),
    }


def go(tasks, run, *, body="distilbert_tiny", **changes):
    settings = {**SMALL, **BODIES.get(body, {}), **changes.pop("settings", {})}
    return train(TrainRequest(body, tasks=tasks, run=run, settings=settings, **changes), console=Console(quiet=True))


@pytest.fixture(scope="module", params=["text_bilstm_tiny", pytest.param("distilbert_tiny", marks=pytest.mark.ci)])
def finished(request, tasks, tmp_path_factory):
    run = tmp_path_factory.mktemp("finished") / "run"
    return go(tasks, run, body=request.param, settings={"steps": 60, "validate_every": 30})


def test_both_heads_learn_and_tell_their_figures_by_name(finished):
    figures = {"mood": "accuracy", "names": "span_f1"}
    assert list(finished.tasks) == list(figures)
    for name, figure in figures.items():
        assert finished.tasks[name].figures[figure] >= 0.9
        assert len(finished.tasks[name].predictions) == {"mood": 24, "names": 12}[name]
    for record in read_metrics(finished.run):
        own = [record[f"val_{name}.{figure}"] for name, figure in figures.items()]
        assert record["val_mean"] == pytest.approx(np.mean(own), abs=1e-12)
        losses = [record[f"val_{name}.loss"] for name in figures]
        assert record["val_loss"] == pytest.approx(np.mean(losses), abs=1e-12)
    held = json.loads((finished.run / "training.json").read_text())["training"]
    assert (held["monitor"], held["monitor_direction"]) == ("mean", "max")


def test_texts_that_are_cut_are_told_by_task(tasks, tmp_path):
    cut = {**tasks, "mood": dataclasses.replace(tasks["mood"], settings={"data.sequence_length": 3})}
    settings = {**SMALL, **BODIES["text_bilstm_tiny"], "steps": 1}
    told = io.StringIO()
    console = Console(file=told, width=200)
    train(TrainRequest("text_bilstm_tiny", tasks=cut, run=tmp_path / "run", settings=settings), console=console)
    assert "mood: --data: 96 texts are longer than 3 tokens; 96 tokens of them are left out" in told.getvalue()
    assert "names: --" not in told.getvalue() and "--valid: " not in told.getvalue()  # which is read whole


def test_a_head_is_a_model_of_its_task(finished, tasks, tmp_path):
    """On its own it tells what the run measured, and the run holds the body once."""
    whole = zoo.load(finished.run)
    assert [head.task for head in whole.heads.values()] == ["text_classifier", "token_tagger"]
    (answer,) = zoo.load(finished.run, task="mood").answer(["dull plot"])
    assert answer["label"] == "bad" and answer == whole.head("mood").answer(["dull plot"])[0]
    head = zoo.load(finished.run, task="names")
    assert head.answer(["eve saw bob"])[0]["spans"][1]["text"] == "bob"
    training = training_of(finished.run, head, head="names")
    learning = training_class(head.task)(training, config=head.config, tokenizer=head.tokenizer, options=head.options)
    corpus = learning.read(tasks["names"].valid, cache=tmp_path)
    found = evaluate(head, corpus, training=training)
    assert found.loss == pytest.approx(finished.tasks["names"].best_loss, abs=1e-5)
    assert found.metrics["span_f1"] == finished.tasks["names"].figures["span_f1"]
    tensors, _ = read_tensors(finished.run / "weights.safetensors")
    body = sum(weight.numpy().size for weight in whole.backbone.weights)
    heads = sum(each.count_params() - body for each in whole.heads.values())
    assert sum(tensor.size for tensor in tensors.values()) == body + heads == whole.count_params()


@pytest.mark.ci
def test_what_a_head_exports_says_what_it_says(finished, tmp_path):
    from langzoo.serving import ExportedModel

    texts = ["dull plot", "a lovely film", "nothing known"]
    head = zoo.load(finished.run, task="mood")
    head.export(tmp_path / "mood")
    for live, exported in zip(head.answer(texts), ExportedModel(tmp_path / "mood").answer(texts), strict=True):
        assert live["label"] == exported["label"]
        assert live["probabilities"] == pytest.approx(exported["probabilities"], abs=1e-6)


@pytest.mark.ci
def test_a_run_in_two_halves_equals_one_in_one(tasks, tmp_path):
    """The second half begins within an interval, after other tasks' turns; another process makes its batches."""
    settings = {"validate_every": 6, "data.shuffle": True}
    go(tasks, tmp_path / "one", settings={**settings, "steps": 14})
    go(tasks, tmp_path / "two", settings={**settings, "steps": 8})
    go(tasks, tmp_path / "two", settings={**settings, "steps": 14, "data.num_parallel_calls": 1}, resume=True)
    for file in ("weights.safetensors", "checkpoint.safetensors"):
        one, two = (read_tensors(tmp_path / run / file)[0] for run in ("one", "two"))
        assert one.keys() == two.keys()
        assert not [name for name in one if not np.array_equal(one[name], two[name])]
    with pytest.raises(UserError, match="was started with mood, names; name the same with --tasks"):
        go({"mood": tasks["mood"]}, tmp_path / "two", settings={**settings, "steps": 14}, resume=True)


def test_the_body_of_such_a_run_learns_another_task(finished, tasks, tmp_path):
    mood = tasks["mood"]
    request = TrainRequest(
        str(finished.run), task="text_classifier", data=mood.data, run=tmp_path / "run", settings={"steps": 1, **SMALL}
    )
    model = train(request, console=Console(quiet=True)).model
    assert model.task == "text_classifier" and model.config == finished.model.config


def renamed(tasks, **changes):
    """The tasks, one of which is another."""
    return {name: dataclasses.replace(each, **changes) if name == "names" else each for name, each in tasks.items()}


@pytest.mark.parametrize(
    "changed, arguments, message",
    [
        (lambda t: {**t, "again": t["mood"]}, {}, "the tasks mood and again are the same, with the same files"),
        (lambda t: renamed(t, task=None), {}, "the task names: unknown task or data set 'names'"),
        (lambda t: renamed(t, task="seq2seq_lm"), {}, "the task names: unknown task of the family distilbert"),
        (lambda t: renamed(t, valid=[]), {}, "the task names has no validation files, but others do"),
        (lambda t: renamed(t, data=["gone"]), {}, "the task names: .*gone"),
        (lambda t: renamed(t, settings={"data.batch_size": 4}), {}, "names: data.batch_size applies to all tasks"),
        (lambda t: renamed(t, settings={"objective.x": 4}), {}, "the task names: --set objective.x"),
        (lambda t: {"a.b": t["mood"]}, {}, "the name of a task must be letters, digits"),
        (lambda t: t, {"task": "text_classifier"}, "--task is for one task: leave it out"),
        (lambda t: t, {"data": ["a.tsv"]}, "--data is for one task: leave it out"),
        (lambda t: t, {"settings": {"objective.label_smoothing": 0.1}}, "label_smoothing belongs to one task"),
        (lambda t: t, {"settings": {"monitor": "mood.f2"}}, "monitor=mood.f2: none of the tasks reports it; use loss"),
    ],
)
def test_a_mistake_gets_one_line(changed, arguments, message, tasks, tmp_path):
    request = TrainRequest("distilbert_tiny", tasks=changed(tasks), run=tmp_path / "run", **arguments)
    with pytest.raises(UserError, match=message) as error:
        request.resolve()
    assert "\n" not in str(error.value)
