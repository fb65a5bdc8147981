"""langzoo index and langzoo search."""

import json

import numpy as np
import pytest

TEXTS = ["the cat sat", "dogs sat on the mat", "猫 狗", "cats, cats, cats on the mat"]


@pytest.fixture
def documents(tmp_path):
    path = tmp_path / "documents.txt"
    path.write_text("\n".join([*TEXTS, TEXTS[0]]) + "\n", encoding="utf-8")
    return path


def result(done):
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("kind", ["run", pytest.param("saved_model", marks=pytest.mark.ci), "litert"])
def test_a_model_finds_what_its_vectors_say(
    kind, encoder_runs, exported, loaded_models, langzoo_run, documents, tmp_path
):
    run = encoder_runs["text_encoder"]
    model = run if kind == "run" else exported(run, kind)
    out = tmp_path / "index"
    (made,) = result(langzoo_run("index", model, "--data", documents, "--out", out, "--json"))
    assert (made["documents"], made["repeated"]) == (4, 1)
    queries = tmp_path / "queries.txt"
    queries.write_text("the mat\n")
    asked = ["--index", out, "--query", "the cat sat", "--file", queries, "--top", "3", "--json"]
    first, second = result(langzoo_run("search", model, *asked))
    live = loaded_models(str(run))
    cosines = live.embed([first["query"], second["query"]]) @ live.embed(TEXTS).T
    for found, row in zip((first, second), cosines, strict=True):
        best = np.argsort(-row)[:3]
        assert [each["text"] for each in found["results"]] == [TEXTS[place] for place in best]
        np.testing.assert_allclose([each["score"] for each in found["results"]], row[best], atol=1e-4)
    assert first["results"][0] == {
        "rank": 1,
        "score": pytest.approx(1.0, abs=1e-5),
        "text": "the cat sat",
        "file": str(documents),
        "line": 1,
    }


def test_words_find_without_a_model(langzoo_run, tmp_path):
    table = tmp_path / "a.csv"
    table.write_text('name,body\nx,"the cat, and\nthe rest"\ny,a dog\nz,a dog\n')
    asked = ["--reader", "csv", "--columns", "text=body", "id=name", "--data", table, "--out", tmp_path / "index"]
    assert langzoo_run("index", "--with", "bm25", *asked).exit_code == 0
    (found,) = result(langzoo_run("search", "--index", tmp_path / "index", "--query", "Dog!", "--json"))
    assert [(each["id"], each["line"]) for each in found["results"]] == [("y", 4), ("z", 5)]
    shown = langzoo_run("search", "--index", tmp_path / "index", "--query", "cat", "--query", "fox").stdout
    assert "the cat, and the rest" in shown and "no document contains any of its words" in shown


def test_an_index_is_of_one_model(encoder_runs, refused, langzoo_run, documents, tmp_path):
    out = tmp_path / "index"
    model = encoder_runs["text_encoder"]
    assert langzoo_run("index", model, "--data", documents, "--out", out, "--similarity", "dot").exit_code == 0
    weights = (model / "weights.safetensors").read_bytes()
    (model / "weights.safetensors").write_bytes(weights + b" ")
    try:
        assert "was made with another model" in refused("search", model, "--index", out, "--query", "a")
    finally:
        (model / "weights.safetensors").write_bytes(weights)
    assert "name that model" in refused("search", "--index", out, "--query", "a")
    assert "already exists" in refused("index", "--with", "bm25", "--data", documents, "--out", out)


def test_mistakes(encoder_runs, refused, documents, tmp_path):
    data = ["--data", documents, "--out", tmp_path / "index"]
    model = encoder_runs["text_encoder"]
    assert "name a text encoder, or --with bm25" in refused("index", *data)
    assert "not both" in refused("index", model, "--with", "bm25", *data)
    assert "--with bm26" in refused("index", "--with", "bm26", *data)
    assert "--similarity must be cosine or dot" in refused("index", model, "--similarity", "l2", *data)
    assert "is a text_classifier model" in refused("index", encoder_runs["text_classifier"], *data)
    assert "leave them out with --with bm25" in refused("index", "--with", "bm25", "--prompt-name", "q", *data)
    assert "is not a folder" in refused("search", "--index", tmp_path / "none", "--query", "a")
    assert "holds no index" in refused("search", "--index", tmp_path, "--query", "a")
    assert not (tmp_path / "index").exists()
