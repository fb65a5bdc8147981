"""langzoo probe: the accuracy of every layer, beside that of an untrained body."""

import json

import numpy as np
import pytest

pytestmark = pytest.mark.usefixtures("keep_loaded")


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """The label is a word of the text, which the mean of embeddings holds."""
    folder = tmp_path_factory.mktemp("films")
    draw = np.random.default_rng(0)
    words = ["the", "sat", "on", "mat", ",", "狗"]
    rows = [
        (" ".join([*draw.choice(words, 4), "cat" if label else "猫", *draw.choice(words, 3)]), label)
        for label in (0, 1) * 60
    ]
    (folder / "films.tsv").write_text("text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in rows))
    return folder / "films.tsv"


@pytest.mark.ci  # whose time is scikit-learn's import
def test_layers_beside_those_of_an_untrained_body(films, encoder_runs, langzoo_run, tmp_path):
    asked = ["probe", encoder_runs["masked_lm"], "--data", films, "--untrained"]
    done = langzoo_run(*asked, "--json", "--out", tmp_path / "probe.png")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [each["layer"] for each in found["layers"]] == ["embeddings", "block 1", "last 2 together"]
    assert found["texts"] + found["validation_texts"] == 120 and 4 <= found["validation_texts"] <= 24
    assert found["layers"][0]["accuracy"] > 0.85 > found["most_frequent_label"]
    assert len(found["untrained"]) == 3 and found["untrained"] != found["layers"]
    assert (tmp_path / "probe.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.ci
def test_a_table(films, encoder_runs, langzoo_run):
    shown = langzoo_run("probe", encoder_runs["masked_lm"], "--data", films, "--valid", films, "--examples", 50)
    assert shown.exit_code == 0, shown.output
    assert "embeddings" in shown.stdout and "learnt from 50 texts, evaluated on 50" in shown.stdout


def test_mistakes(films, encoder_runs, refused, tmp_path):
    run = encoder_runs["masked_lm"]
    asked = ["probe", run, "--data", films]
    assert "must end with .png" in refused(*asked, "--out", tmp_path / "probe.txt")
    assert "a probe is for texts with one label each" in refused(*asked, "--task", "conll2003")
    assert "train it first" in refused("probe", "bert_nano", "--data", films)
    (tmp_path / "one.tsv").write_text("text\tlabel\na cat\t1\n")
    one = tmp_path / "one.tsv"
    assert "too few texts" in refused("probe", run, "--data", one)
    assert "has only one label, '1'" in refused("probe", run, "--data", one, "--valid", one)
    (tmp_path / "odd.tsv").write_text("text\tlabel\na cat\todd\n")
    assert "unknown label" in refused(*asked, "--valid", tmp_path / "odd.tsv")
    assert "text" in refused(*asked, "--columns", "text=review")
