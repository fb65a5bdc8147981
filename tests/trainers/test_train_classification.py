"""Text classifiers are trained from tables, on bodies that read one way and both ways."""

import random

import numpy as np
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


@pytest.mark.parametrize("name", ["lstm_tiny", pytest.param("bert_nano", marks=pytest.mark.ci)])
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
    with pytest.raises(
        UserError, match=r"other\.tsv: line 1, column label has the unknown label 'neutral'.*Known: 0, bad, good"
    ):
        train(request(files, tmp_path / "run", "lstm_tiny", valid=[files / "other.tsv"]), console=Console(quiet=True))
    assert not (tmp_path / "run" / "config.json").exists()


@pytest.mark.ci
def test_pairs_of_texts(tmp_path):
    (tmp_path / "train.tsv").write_text(table(60, seed=3, pairs=True), encoding="utf-8")
    more = {"settings": {**SETTINGS, "jit_compile": False, "steps": 2}, "valid": []}
    result = train(request(tmp_path, tmp_path / "run", "bert_nano", **more), console=Console(quiet=True))
    (answer,) = result.model.answer(["the cat"], ["it was"])
    assert set(answer["probabilities"]) == {"0", "bad", "good"}


def quick(run, name="lstm_tiny", **changes):
    """A training of a few steps on a file that `changes` name."""
    settings = {**SETTINGS, "steps": 3, "seed": 1, **changes.pop("settings", {})}
    given = {"model": name, "run": run, "task": "text_classifier", "tokenizer": "word", "vocabulary_size": 150}
    return train(TrainRequest(**{**given, **changes, "settings": settings}), console=Console(quiet=True))


def objective_figures(learning, model, source):
    """The mean of every term and metric over one epoch of a source, by the objective itself."""
    objective, totals = learning.objective(source=None, evaluation=source), {}
    for batch in source.dataset():
        for name, term in objective.terms(model, batch, {}, training=False)[0].items():
            sums = np.array([float(term.total()), float(np.sum(term.weights))])
            totals[name] = totals.get(name, 0) + sums
    return {name: total / count for name, (total, count) in totals.items()}


def bound(result, files, cache):
    training, model = training_of(result.run, result.model), result.model
    learning = training_class(model.task)(
        training, config=model.config, tokenizer=model.tokenizer, options=model.options
    )
    return learning, learning.read(files, cache=cache)


def test_several_labels_per_text(tmp_path):
    rows = ["great\tplot|cast", "awful\t", "fine\tcast", "sad\tplot", "poor\tcast| plot |cast", "great\tmusic"] * 8
    (tmp_path / "a.tsv").write_text("text\tlabel\n" + "\n".join(rows) + "\n")
    files = [tmp_path / "a.tsv"]
    weights = {"objective.class_weights": "plot=3"}
    result = quick(tmp_path / "run", data=files, settings={"objective.name": "label_set", "steps": 120, **weights})
    assert result.model.options == {"labels": ["cast", "music", "plot"], "problem_type": "multi_label_classification"}
    first, second = result.model.answer(["great", "awful"])
    assert set(first["labels"]) <= {"plot", "cast", "music"} and second["labels"] == []
    learning, corpus = bound(result, files, tmp_path / "cache")
    source = learning.evaluation_source(corpus, batch_size=5)
    hot = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 1], [0, 1, 0]] * 8)
    answers = result.model.answer([row.split("\t")[0] for row in rows])
    probabilities = np.array([[each["probabilities"][name] for name in ("cast", "music", "plot")] for each in answers])
    losses = -(hot * np.log(probabilities) + (1 - hot) * np.log1p(-probabilities))
    right = (probabilities >= 0.5) == hot
    found = objective_figures(learning, result.model, source)
    expected = {"label_set": losses.mean(), "accuracy": right.mean(), "exact_match": right.all(-1).mean()}
    assert found == pytest.approx(expected, rel=1e-4)
    weighted = objective_figures(learning, result.model, learning.source(corpus))["label_set"]
    assert weighted == pytest.approx((losses * [1, 1, 3]).sum() / (len(rows) * 5), rel=1e-4)
    evaluated = evaluate(result.model, corpus, training=training_of(result.run, result.model))
    assert evaluated.loss == pytest.approx(expected["label_set"], rel=1e-4)


def test_a_number_per_text(tmp_path):
    rows = [("great", 4.5), ("awful", 0.5), ("fine", 3.0), ("sad", 1.25)] * 8
    (tmp_path / "a.csv").write_text("review,stars\n" + "".join(f"{text},{stars}\n" for text, stars in rows))
    asked = {"data.reader": "csv", "data.columns": {"text": "review", "label": "stars"}, "objective.name": "score"}
    files = [tmp_path / "a.csv"]
    result = quick(tmp_path / "run", data=files, settings={**asked, "steps": 200, "optimizer.learning_rate": 0.03})
    assert result.model.options == {"labels": ["score"], "problem_type": "regression", "activation": "identity"}
    learning, corpus = bound(result, files, tmp_path / "cache")
    scores = np.array([each["score"] for each in result.model.answer([text for text, _ in rows])])
    difference = scores - np.array([stars for _, stars in rows])
    found = objective_figures(learning, result.model, learning.evaluation_source(corpus, batch_size=7))
    assert found == pytest.approx({"score": (difference**2).mean(), "absolute_error": abs(difference).mean()}, rel=1e-4)
    assert found["absolute_error"] < 0.3
    for bad in ("many", "nan", "1e999"):
        (tmp_path / "b.csv").write_text(f"review,stars\nfine,3\nfine,{bad}\n")
        with pytest.raises(UserError, match=rf"b\.csv: line 3, column stars has '{bad}', which is not a number"):
            quick(tmp_path / "other", data=[tmp_path / "b.csv"], settings=asked)


def test_class_weights_are_those_of_scikit_learn(tmp_path):
    rows = ["great\tgood"] * 6 + ["awful\tbad"] * 2 + ["so-so\t10"] * 4
    (tmp_path / "a.tsv").write_text("\n".join(rows) + "\n")
    files = [tmp_path / "a.tsv"]
    result = quick(tmp_path / "run", data=files, settings={"objective.class_weights": "balanced"})
    learning, corpus = bound(result, files, tmp_path / "cache")
    assert result.model.labels == ("10", "bad", "good")
    (batch,) = learning.source(corpus).dataset()
    weights = {"10": 12 / (3 * 4), "bad": 12 / (3 * 2), "good": 12 / (3 * 6)}  # N / (C n)
    counted = batch["weights"].numpy() > 0
    names = np.array(result.model.labels)[batch["labels"].numpy()]
    expected = [weights[name] for name in names[counted]]
    np.testing.assert_allclose(batch["label_weights"].numpy()[counted], expected, rtol=1e-6)
    found = objective_figures(learning, result.model, learning.source(corpus))
    answers = result.model.answer([row.split("\t")[0] for row in rows])
    losses = {
        row.split("\t")[1]: -np.log(a["probabilities"][row.split("\t")[1]])
        for row, a in zip(rows, answers, strict=True)
    }
    assert found["label"] == pytest.approx(np.mean([losses[name] for name in ("10", "bad", "good")]), rel=1e-4)
    (plain,) = learning.evaluation_source(corpus, batch_size=12).dataset()
    assert set(plain["label_weights"].numpy().tolist()) == {1.0}
    for wrong, message in (("goood=2", "unknown label 'goood'"), ("good", "must be balanced, or label=weight")):
        with pytest.raises(UserError, match=message):
            quick(tmp_path / "other", data=files, settings={"objective.class_weights": wrong})


def test_labels_have_a_stated_order_and_those_that_are_not_asked_for_are_off(tmp_path):
    (tmp_path / "a.tsv").write_text("".join(f"text {label}\t{label}\n" for label in ("10", "9", "-1", "2.5")))
    files = [tmp_path / "a.tsv"]
    assert quick(tmp_path / "run", data=files).model.labels == ("-1", "2.5", "9", "10")
    asked = {"data.labels": ["10", "9", "other"]}
    with pytest.raises(UserError, match=r"a\.tsv: line 3, column label has the unknown label '-1'"):
        quick(tmp_path / "asked", data=files, settings=asked)
    result = quick(tmp_path / "asked", data=files, valid=files, settings={**asked, "data.skip_bad": True})
    assert result.model.labels == ("10", "9", "other")
    assert {option: skipped.count for option, skipped in result.skipped.items()} == {"--data": 2, "--valid": 2}
    assert "line 4" in result.skipped["--data"].places[1]
    renamed = {"data.label_names": {"10": "ten", "9": "nine"}, "data.drop_labels": ["-1", "2.5"]}
    dropped = quick(tmp_path / "renamed", data=files, settings=renamed)
    assert dropped.model.labels == ("nine", "ten") and dropped.skipped["--data"].dropped == 2
    with pytest.raises(UserError, match="--data has only one label, 'ten'"):
        quick(tmp_path / "one", data=files, settings={**renamed, "data.drop_labels": ["-1", "2.5", "9"]})
    with pytest.raises(UserError, match="no text with a label is left"):
        quick(tmp_path / "none", data=files, settings={"data.drop_labels": ["-1", "2.5", "9", "10"]})


def test_a_set_says_how_its_files_are_read(tmp_path):
    (tmp_path / "a.tsv").write_text("sentence\tlabel\n" + "a great film \t1\nan awful film \t0\n" * 9)
    result = quick(tmp_path / "run", data=[tmp_path / "a.tsv"], task="sst2")
    training = training_of(result.run, result.model)
    assert (training.data.set, training.data.columns, result.model.labels) == ("sst2", {"text": "sentence"}, ("0", "1"))
    assert 0.5 < result.real_token_share <= 1
    with pytest.raises(UserError, match=r"unknown task or data set 'sst22'\. Did you mean sst2"):
        quick(tmp_path / "other", data=[tmp_path / "a.tsv"], task="sst22")
    with pytest.raises(UserError, match=r"unknown task or data set 'text_clasifier'\. Did you mean text_classifier"):
        quick(tmp_path / "other", data=[tmp_path / "a.tsv"], task="text_clasifier")


def test_the_share_of_real_tokens_is_that_of_the_batches(files, tmp_path):
    result = quick(tmp_path / "run", data=[files / "train.tsv"])
    learning, corpus = bound(result, [files / "train.tsv"], tmp_path / "cache")
    source = learning.source(corpus)
    batches = list(source.dataset(start=2, steps=7))
    real = sum(int(np.sum(batch["padding_mask"].numpy()[batch["weights"].numpy() > 0])) for batch in batches)
    positions = sum(batch["token_ids"].shape[0] * batch["token_ids"].shape[1] for batch in batches)
    assert source.tokens(2, 9) == (real, positions)
