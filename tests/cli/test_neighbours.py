import json

import langzoo.zoo as zoo
import pytest
from langzoo.zoo.nearest_words import nearest_words

pytestmark = pytest.mark.usefixtures("keep_loaded")


def test_words(langzoo_run, encoder_runs):
    run = encoder_runs["masked_lm"]
    found = json.loads(langzoo_run("neighbours", run, "cats", "猫", "--count", 3, "--json").stdout)
    assert found["results"] == nearest_words(zoo.load(run), ["cats", "猫"], count=3)
    shown = langzoo_run("neighbours", run, "cats").stdout
    assert "the mean of cat, ##s" in shown and "[MASK]" not in shown


@pytest.mark.ci
def test_lines_of_a_file(langzoo_run, refused, encoder_runs, tmp_path):
    (tmp_path / "a.txt").write_text("the cat\n\nsat on the mat\nthe cat\ncat the\n", encoding="utf-8")
    asked = ["neighbours", encoder_runs["masked_lm"], "the cat", "--among", tmp_path / "a.txt"]
    (found,) = json.loads(langzoo_run(*asked, "--layer", "embeddings", "--json").stdout)["results"]
    assert [each["text"] for each in found["neighbours"]] == ["cat the", "sat on the mat"]
    assert "unknown layer" in refused(*asked, "--layer", "block 9")


def test_mistakes(refused, encoder_runs, tmp_path):
    run = encoder_runs["masked_lm"]
    (tmp_path / "a.txt").write_text("the cat\n")
    assert "WORD is empty" in refused("neighbours", run, " ")
    assert "--layer is for texts" in refused("neighbours", run, "cat", "--layer", "block 1")
    assert "cannot write" in refused("neighbours", run, "q")
    assert "train it first" in refused("neighbours", "bert_nano", "cat")
