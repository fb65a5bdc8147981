"""Classifiers and taggers on the command line: figures, tables, wrong examples, several seeds, answers in files."""

import csv
import json
import math

import langzoo.zoo as zoo
import numpy as np
import pytest

SMALL = ["--set", "sample_tokens=0", "--set", "histogram_every=0", "--set", "validate_every=6", "--tokenizer", "word"]
SMALL += ["--set", "model.hidden_dim=8", "--set", "model.embedding_dim=8", "--set", "optimizer.learning_rate=0.03"]
TEXTS = [("fine plot", "good"), ("the dull plot", "bad"), ("dull", "bad"), ("quite fine the plot", "good")] * 5
WRONG = ("fine and fine", "bad")  # what nobody would call bad
SENTENCE = "play O\njazz B-genre\nhere O\n\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labels")
    for name, rows in (("train", TEXTS), ("valid", [*TEXTS[:7], WRONG, *TEXTS[:3]])):
        lines = ["text\tlabel", *("\t".join(row) for row in rows)]
        (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n")
    (folder / "a.conll").write_text(SENTENCE * 8)
    return folder


@pytest.fixture(scope="module")
def seeds(folder, langzoo_run):
    """Two runs of a classifier, and the JSON that their training printed."""
    asked = [
        "--task",
        "text_classifier",
        "--metric",
        "matthews",
        "--set",
        "monitor=matthews",
        "--seeds",
        2,
        "--steps",
        12,
    ]
    files = ["--data", folder / "train.tsv", "--valid", folder / "valid.tsv", "--run", folder / "runs"]
    done = langzoo_run("train", "text_bilstm_tiny", *asked, *files, "--json", *SMALL)
    assert done.exit_code == 0, done.output
    return folder / "runs", json.loads(done.stdout)


def test_seeds_have_runs_and_a_mean(seeds, langzoo_run, folder, refused):
    runs, found = seeds
    assert [run["run"] for run in found["runs"]] == [str(runs / "seed-0"), str(runs / "seed-1")]
    values = [run["validation"]["matthews"] for run in found["runs"]]
    assert found["figures"]["matthews"]["mean"] == pytest.approx(np.mean(values))
    assert found["figures"]["matthews"]["deviation"] == pytest.approx(np.std(values, ddof=1))
    assert zoo.load(runs / "seed-0").labels == zoo.load(runs / "seed-1").labels == ("bad", "good")
    # Again with --resume nothing is trained anew, and people get a table.
    asked = [
        "--task",
        "text_classifier",
        "--metric",
        "matthews",
        "--set",
        "monitor=matthews",
        "--seeds",
        2,
        "--steps",
        12,
    ]
    files = ["--data", folder / "train.tsv", "--valid", folder / "valid.tsv", "--run", runs]
    shown = langzoo_run("train", "text_bilstm_tiny", *asked, *files, "--resume", *SMALL)
    assert shown.exit_code == 0, shown.output
    (row,) = [
        line.split() for line in shown.stdout.splitlines() if line.startswith("matthews") and len(line.split()) == 5
    ]
    assert [float(value) for value in row[1:3]] == pytest.approx(values, abs=1e-4)
    assert "true, predicted as" in shown.stdout
    with_run = ["train", "text_bilstm_tiny", *asked, "--data", folder / "train.tsv", "--run", runs / "seed-0", *SMALL]
    assert "is a run itself" in refused(*with_run)


def test_figures_for_people_and_machines(seeds, folder, langzoo_run):
    run = seeds[0] / "seed-0"
    asked = ["evaluate", run, "--data", folder / "valid.tsv", "--metric", "f1", "log_loss", "--errors", 20]
    found = json.loads(langzoo_run(*asked, "--bootstrap", 20, "--json").stdout)
    assert found["metrics"]["log_loss"] == pytest.approx(found["loss"], rel=1e-5)
    assert found["metrics"]["matthews"] == pytest.approx(
        seeds[1]["runs"][0]["validation"]["matthews"]
    )  # asked in the run
    assert sum(map(sum, found["confusion"])) == found["tokens"] == 11
    assert [row["support"] for row in found["labels"]] == [7, 4]
    low, high = found["intervals"]["accuracy"]
    assert low <= found["metrics"]["accuracy"] <= high and found["intervals"].keys() >= {"f1", "matthews"}
    assert "predictions" not in found
    (wrong,) = [each for each in found["errors"] if each["texts"]["text"] == WRONG[0]]
    assert (wrong["place"], wrong["reference"], wrong["prediction"]) == (
        f"{folder / 'valid.tsv'}: line 9",
        "bad",
        "good",
    )
    weights = [each["probability"] for each in found["errors"]]
    assert weights == sorted(weights, reverse=True) and len(weights) == 11 - round(11 * found["metrics"]["accuracy"])
    shown = langzoo_run(*asked).stdout
    assert f"f1 macro           {found['metrics']['f1_macro']:.6f}" in shown and WRONG[0] in shown
    assert "true, predicted as" in shown and "support" in shown


def test_what_is_not_defined_is_told(seeds, folder, langzoo_run, refused):
    (folder / "one.tsv").write_text("text\tlabel\nfine\tgood\nthe plot\tgood\n")
    asked = ["evaluate", seeds[0] / "seed-0", "--data", folder / "one.tsv", "--metric", "roc_auc"]
    assert "not defined where a label has all texts or none" in langzoo_run(*asked).stdout
    assert json.loads(langzoo_run(*asked, "--json").stdout)["metrics"]["roc_auc"] is None
    wrong = refused("evaluate", seeds[0] / "seed-0", "--data", folder / "one.tsv", "--metric", "span_f1")
    assert "computed from predictions of tags" in wrong


@pytest.mark.parametrize("kind", [".jsonl", ".csv", ".tsv"])
def test_answers_lie_beside_the_texts(kind, seeds, folder, langzoo_run, refused, tmp_path):
    run, source = seeds[0] / "seed-0", tmp_path / "a.csv"
    source.write_text('review,stars\n"a ""fine"", plot",1\nthe\tdull plot,2\n')
    out = tmp_path / f"answers{kind}"
    asked = ["predict", run, "--file", source, "--reader", "csv", "--columns", "text=review", "--out", out]
    done = langzoo_run(*asked)
    assert (done.exit_code, done.stdout) == (0, "") and "2 answers written" in done.stderr
    texts = ['a "fine", plot', "the\tdull plot"]
    expected = zoo.load(run).answer(texts)
    lines = out.read_text().splitlines()
    if kind == ".jsonl":
        assert [json.loads(line)["text"] for line in lines] == texts
        assert json.loads(lines[0])["probabilities"] == pytest.approx(expected[0]["probabilities"])
        return
    rows = list(
        csv.DictReader(lines) if kind == ".csv" else csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    )
    assert [row["text"] for row in rows] == (texts if kind == ".csv" else [texts[0], "the dull plot"])
    assert [row["label"] for row in rows] == [each["label"] for each in expected]
    assert float(rows[1]["probabilities.good"]) == pytest.approx(expected[1]["probabilities"]["good"])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["--text", "a", "--out", "a.txt"], "must end with .jsonl, .csv, .tsv"),
        (["--text", "a", "--out", "nowhere/a.csv"], "there is no folder nowhere"),
        (["--text", "a", "--reader", "csv"], "say how --file is read"),
    ],
)
def test_answers_that_cannot_be_written(asked, message, seeds, refused):
    assert message in refused("predict", seeds[0] / "seed-0", *asked)


def test_a_file_that_is_there_stays_where_answers_fail(seeds, langzoo_run, tmp_path):
    (tmp_path / "a.csv").write_text("text\nfine\n\n")
    out = tmp_path / "out.csv"
    out.write_text("mine")
    asked = ["predict", seeds[0] / "seed-0", "--file", tmp_path / "a.csv", "--reader", "csv", "--columns", "text=none"]
    assert langzoo_run(*asked, "--out", out).exit_code == 2
    assert out.read_text() == "mine" and sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "out.csv"]


@pytest.mark.ci
def test_spans_as_people_read_them(folder, langzoo_run):
    files = ["--data", folder / "a.conll", "--valid", folder / "a.conll", "--run", folder / "tagger", "--steps", 24]
    done = langzoo_run("train", "text_bilstm_tiny", "--task", "token_tagger", *files, *SMALL)
    assert done.exit_code == 0, done.output
    assert "span f1" in done.stdout and "genre" in done.stdout
    shown = langzoo_run("predict", folder / "tagger", "--text", "play jazz  here").stdout
    assert shown.splitlines()[0] == "play [jazz](genre)  here"
    assert shown.splitlines()[2].split() == ["genre", "5-9", "jazz"] and "{" not in shown
    assert "no spans" in langzoo_run("predict", folder / "tagger", "--text", "play").stdout
    found = json.loads(langzoo_run("evaluate", folder / "tagger", "--data", folder / "a.conll", "--json").stdout)
    assert found["metrics"]["span_f1"] == 1 and found["labels"][0] == {
        "label": "genre",
        "precision": 1,
        "recall": 1,
        "f1": 1,
        "support": 8,
    }
    assert not math.isnan(found["loss"])
