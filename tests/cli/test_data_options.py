"""The options on data: what the command line makes of them, what a run keeps, and what is told at the end."""

import json

import pytest
from langzoo.cli.options import data_settings

SMALL = ["--set", "sample_tokens=0", "--set", "histogram_every=0", "--steps", 3, "--tokenizer", "word"]
NOTHING = {"reader": None, "reader_options": [], "columns": [], "skip_bad": False, "labels": None}


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reviews")
    rows = "".join(f'{stars},"the {word}, and\nthe rest"\n' for word, stars in [("cat", 5), ("dog", 1)] * 9)
    (folder / "a.csv").write_text("stars,review\n" + rows)
    (folder / "b.csv").write_text("stars,review\n" + rows + '1\n5," "\n7,"the cat"\n1,"open\n')
    return folder


@pytest.fixture(scope="module")
def reviews_run(reviews, langzoo_run):
    asked = ["--task", "text_classifier", "--reader", "csv", "--columns", "text=review", "label=stars", "--skip-bad"]
    run = reviews / "run"
    done = langzoo_run(
        "train",
        "lstm_tiny",
        *asked,
        "--data",
        reviews / "a.csv",
        "--valid",
        reviews / "b.csv",
        "--run",
        run,
        "--json",
        *SMALL,
    )
    assert done.exit_code == 0, done.output
    return run, json.loads(done.stdout)


def test_options_are_settings():
    assert data_settings(**NOTHING) == {}
    given = {"reader": "csv", "reader_options": ["delimiter=;"], "columns": ["text=3", "label=a=b"], "labels": "1, 0"}
    assert data_settings(**{**NOTHING, **given, "skip_bad": True}) == {
        "data.reader": "csv",
        "data.reader_options": {"delimiter": ";"},
        "data.columns": {"text": "3", "label": "a=b"},
        "data.skip_bad": True,
        "data.labels": ["1", "0"],
    }


def test_what_was_skipped_is_told_and_the_run_reads_on_alike(reviews, reviews_run, langzoo_run):
    run, found = reviews_run
    skipped = found["skipped"]["--valid"]
    assert skipped["count"] == 4 and len(skipped["places"]) == 3 and list(found["skipped"]) == ["--valid"]
    for place, fault in zip(
        skipped["places"],
        ("line 38 has 1 columns", "line 39, column review is empty", "line 40, column stars has the unknown label '7'"),
        strict=True,
    ):
        assert f"b.csv: {fault}" in place
    assert 0.5 < found["real_token_share"] <= 1
    kept = json.loads((run / "training.json").read_text())["training"]["data"]
    assert (kept["reader"], kept["columns"], kept["skip_bad"]) == ("csv", {"text": "review", "label": "stars"}, True)
    done = langzoo_run("evaluate", run, "--data", reviews / "b.csv", "--json")
    assert json.loads(done.stdout)["tokens"] == 18 and json.loads(done.stdout)["skipped"] == skipped
    people = langzoo_run("evaluate", run, "--data", reviews / "b.csv")
    assert people.stderr.count("\n") == 1 and "--data: 4 bad records skipped, the first: " in people.stderr
    (reviews / "c.tsv").write_text("text\tmood\nthe cat\t5\nthe cat\t1\n")
    other = ["--reader", "tsv", "--columns", "text=text", "label=mood", "--labels", "5"]
    done = langzoo_run("evaluate", run, "--data", reviews / "c.tsv", *other, "--json")
    assert json.loads(done.stdout)["tokens"] == 1 and json.loads(done.stdout)["skipped"]["count"] == 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--reader", "cvs"], "unknown reader 'cvs'. Did you mean csv"),
        (["--reader", "csv", "--columns", "txt=review"], "--columns: unknown column 'txt'. Did you mean text"),
        (
            ["--reader", "csv", "--columns", "text"],
            "--columns 'text': write it as key=value, e.g. --columns text=review",
        ),
        (
            ["--reader", "csv", "--columns", "text=review"],
            "a.csv has no column label: line 1, its first, has stars, review",
        ),
        (["--reader", "csv", "--reader-option", "delimeter=;"], "Did you mean delimiter"),
        (
            ["--reader", "csv", "--columns", "text=review", "label=stars", "--labels", "1"],
            "line 2, column stars has the unknown label '5'",
        ),
        (
            ["--reader", "csv", "--columns", "text=review", "label=stars", "--labels", ""],
            "--labels '' must be different names",
        ),
        (["--task", "sts2"], "unknown task or data set 'sts2'. Did you mean stsb or sst2"),
        (["--task", "imdb"], "a.csv is a file: name a folder"),
        (["--task", "cola"], "line 1 has 1 columns, so text cannot be column 4"),
    ],
)
def test_a_wrong_request_is_one_line(more, message, reviews, refused, tmp_path):
    task = [] if "--task" in more else ["--task", "text_classifier"]
    told = refused("train", "lstm_tiny", *task, "--data", reviews / "a.csv", *more, "--run", tmp_path / "run", *SMALL)
    assert message in told


def test_an_evaluation_is_told_of_what_the_model_does_not_have(reviews, reviews_run, refused):
    run, _ = reviews_run
    told = refused("evaluate", run, "--data", reviews / "a.csv", "--labels", "5,good")
    assert "--labels good: it is not one of the model's labels, 1, 5" in told
    told = refused("evaluate", run, "--data", reviews / "a.csv", "--task", "wnut17")
    assert "--task token_tagger is not for a text_classifier model" in told


@pytest.mark.parametrize(("kind", "name"), [("reader", "csv"), ("data_set", "stsb")])
def test_readers_and_sets_are_listed_and_described(kind, name, langzoo_run):
    (found,) = json.loads(langzoo_run("list", name, "--kind", kind, "--json").stdout)
    assert found["task"] == "text_classifier" and found["columns"]
    described = json.loads(langzoo_run("describe", name, "--kind", kind, "--json").stdout)
    settings = [setting["name"] for setting in described["settings"]]
    assert described["columns"] == found["columns"] and settings == (["delimiter", "where"] if kind == "reader" else [])
    people = langzoo_run("describe", name, "--kind", kind).stdout
    assert ("text,label" if kind == "reader" else "spearman, pearson") in people
    assert "text_classifier" in langzoo_run("list", "--kind", kind).stdout
