import json
import re
import shutil
import struct

import langzoo.zoo as zoo
import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.checks.foreign_folder import WORDS, change_tensors, write_foreign_folder


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return write_foreign_folder(tmp_path_factory.mktemp("published") / "bert body", "bert_body", vocabulary=True)


@pytest.fixture
def folder(published, tmp_path):
    """A copy to be damaged."""
    return shutil.copytree(published, tmp_path / "copy")


@pytest.fixture
def refused_import(refused, folder, tmp_path):
    """Imports the copy, which must be refused and leave nothing; gives the line."""

    def run(*args):
        before = sorted(tmp_path.rglob("*"))
        line = refused("import", folder, "--run", tmp_path / "runs" / "new", *args)
        assert sorted(tmp_path.rglob("*")) == before
        return line

    return run


def test_a_run_directory_comes_of_it(langzoo_run, published, tmp_path):
    result = langzoo_run("import", published, "--run", tmp_path / "run", "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary == {
        "path": str(tmp_path / "run"),
        "name": "bert_body",
        "family": "bert",
        "task": "text_encoder",
        "options": {"pooling": "mean", "normalize": True},
        "parameters": 1408,
        "tokenizer": "wordpiece",
        "vocabulary_size": 20,
    }
    assert summary["parameters"] == zoo.load(tmp_path / "run").count_params()
    assert np.isfinite(zoo.load(tmp_path / "run").embed(["a 猫"])).all()
    names = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert names == ["config.json", "model_card.md", "tokenizer", "weights.safetensors"]
    card = (tmp_path / "run" / "model_card.md").read_text(encoding="utf-8")
    assert "# bert_body\n" in card and "imported by langzoo" in card and "1,408" in card
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_people_get_a_table(langzoo_run, published, tmp_path):
    (tmp_path / "run").mkdir()  # an empty folder may be there
    result = langzoo_run("import", published, "--run", tmp_path / "run", "--tokenizer", "none")
    assert re.search(r"model +bert_body \(bert, text_encoder\)", result.stdout)
    assert re.search(r"tokenizer +none", result.stdout)
    assert result.stderr == ""


def test_without_a_tokenizer_it_says_so(langzoo_run, folder, tmp_path):
    (folder / "vocab.txt").unlink()
    result = langzoo_run("import", folder, "--run", tmp_path / "run")
    assert result.exit_code == 0
    assert "there is no tokenizer with the weights" in result.stderr


def test_there_and_back(langzoo_run, published, tmp_path):
    langzoo_run("import", published, "--run", tmp_path / "run")
    (tmp_path / "back").mkdir()
    result = langzoo_run("export", tmp_path / "run", "--format", "huggingface", "--out", tmp_path / "back", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["path"] == str(tmp_path / "back")
    langzoo_run("import", tmp_path / "back", "--run", tmp_path / "again")
    first, second = (load_file(tmp_path / name / "weights.safetensors") for name in ("run", "again"))
    assert first.keys() == second.keys()
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])


def test_an_export_without_out_gets_a_version(langzoo_run, published, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    langzoo_run("import", published, "--run", "run")
    for version in ("1", "2"):
        result = langzoo_run("export", "run", "--format", "huggingface", "--json")
        assert json.loads(result.stdout)["path"] == f"saved_models/bert_body/huggingface/{version}"


def test_places_that_are_refused(refused, published, tmp_path):
    assert "does not exist" in refused("import", tmp_path / "nothing", "--run", tmp_path / "run")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine.txt").touch()
    assert "not an empty folder" in refused("import", published, "--run", tmp_path / "run")
    assert "does not exist" in refused(
        "import", published, "--run", tmp_path / "new", "--tokenizer", tmp_path / "vocab.txt"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_is_damaged(refused_import, folder):
    weights, config = folder / "model.safetensors", folder / "config.json"
    whole, good = weights.read_bytes(), config.read_text()
    weights.write_bytes(whole[:-10])
    assert "model.safetensors" in refused_import()
    weights.write_bytes(struct.pack("<Q", 2**60) + whole[8:])
    assert "model.safetensors" in refused_import()
    weights.write_bytes(whole)
    config.write_text(good.replace('"hidden_size": 8', '"hidden_size": 12'))
    assert "of another shape" in refused_import()
    config.write_text(good[:-5])
    assert "not JSON" in refused_import()
    config.write_text(good)
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in (*WORDS, "x")))
    assert "the tokenizer has 21 tokens and the model 20" in refused_import()
    weights.unlink()
    assert "holds no model.safetensors" in refused_import()


def test_weights_too_many_and_too_few(refused_import, folder):
    change_tensors(folder, {"extra.weight": np.zeros(3, np.float32)})
    assert "extra.weight (1 unused)" in refused_import()
    change_tensors(folder, without="extra.weight")
    change_tensors(folder, without="bert.embeddings.LayerNorm.bias")
    assert "lacks a weight of the model: bert.embeddings.LayerNorm.bias (1 missing)" in refused_import()


def test_shards(refused_import, folder):
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"bert.pooler.dense.bias": "../model-00001-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "no safetensors file of this folder" in refused_import()
    index = {"weight_map": {"bert.pooler.dense.bias": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "model-00002-of-00002.safetensors is missing" in refused_import()


def test_into_the_current_folder(langzoo_run, refused, published, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = langzoo_run("import", published, "--run", ".")
    assert result.exit_code == 0, result.output
    assert zoo.load(tmp_path).task == "text_encoder" and not list(tmp_path.glob(".*"))
    assert "is not an empty folder" in refused("import", published, "--run", ".")
    (tmp_path / "published").mkdir()
    result = langzoo_run("export", ".", "--format", "huggingface", "--out", "published")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "published" / "model.safetensors").is_file()
