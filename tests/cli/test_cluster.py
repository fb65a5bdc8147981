import json

import pytest

LINES = ["the cat sat", "cat cat", "on the mat", "狗 猫", "cats", "the mat , the mat", "sat", "猫 猫 猫"] * 2


@pytest.fixture
def texts(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("\n".join([*LINES, "", "  "]) + "\n", encoding="utf-8")
    return path


@pytest.mark.ci
def test_clusters_are_found_saved_and_found_again(langzoo_run, encoder_runs, texts, tmp_path):
    run, kept = encoder_runs["text_encoder"], tmp_path / "c.safetensors"
    given = ("--clusters", "2:3", "--dimensions", 2, "--covariance", "diag")
    told = langzoo_run("cluster", run, "--data", texts, *given, "--save", kept, "--out", tmp_path / "o.tsv", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["texts"] == len(LINES) and list(found["criteria"]) == ["2", "3"]
    best = min(found["criteria"], key=found["criteria"].__getitem__)
    assert len(found["clusters"]) == int(best) and sum(each["count"] for each in found["clusters"]) == len(LINES)
    head, *rows = (tmp_path / "o.tsv").read_text(encoding="utf-8").splitlines()
    assert head == "text\tcluster\tprobability" and [row.split("\t")[0] for row in rows] == LINES
    again = langzoo_run("cluster", run, "--data", texts, "--load", kept, "--json")
    assert json.loads(again.stdout)["clusters"] == found["clusters"] and not json.loads(again.stdout)["criteria"]
    shown = langzoo_run("cluster", run, "--data", texts, "--load", kept).stdout
    assert "nearest sentences" in shown and f"({found['clusters'][0]['share']:.1%})" in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--clusters", "many"], "must be a number, or two such as 2:10"),
        (["--clusters", "3:2"], "the lower one first"),
        (["--clusters", "0"], "from 1 to 1,000"),
        pytest.param(["--clusters", "2:99"], "99 is more than the 16 texts", marks=pytest.mark.ci),
        (["--covariance", "round"], "full, tied, diag or spherical, not 'round'"),
        pytest.param(["--dimensions", "500"], "--dimensions 500 is more than", marks=pytest.mark.ci),
        (["--save", "a.pickle"], "name of a .safetensors file"),
        (["--out", "a.txt"], "the name must end with"),
        pytest.param(["--load", "a.safetensors"], "a.safetensors", marks=pytest.mark.ci),
        (["--load", "a.safetensors", "--save", "b.safetensors"], "leave one out"),
    ],
)
def test_what_is_refused(options, message, refused, encoder_runs, texts):
    assert message in refused("cluster", encoder_runs["text_encoder"], "--data", texts, *options)


@pytest.mark.ci
def test_models_without_vectors_of_texts_and_files_without_a_text(refused, byte_run, encoder_runs, texts):
    assert "is a causal_lm model" in refused("cluster", byte_run, "--data", texts)
    texts.write_text(" \n")
    assert "no text in it" in refused("cluster", encoder_runs["text_encoder"], "--data", texts)


@pytest.mark.ci
def test_clusters_of_another_model(langzoo_run, refused, encoder_runs, texts, tmp_path):
    kept, other = tmp_path / "c.safetensors", tmp_path / "other"
    langzoo_run(
        "cluster", encoder_runs["text_encoder"], "--data", texts, "--clusters", 2, "--dimensions", 2, "--save", kept
    )
    from langzoo import zoo

    model = zoo.load(encoder_runs["text_encoder"])
    model.backbone.weights[0].assign(model.backbone.weights[0] + 1)
    zoo.save(model, other)
    assert "of another model's vectors" in refused("cluster", other, "--data", texts, "--load", kept)
