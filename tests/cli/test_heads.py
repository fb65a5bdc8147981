"""`--task` picks a head of a run of several tasks, in every command that reads one."""

import json
import shutil

import pytest
from langzoo import zoo
from langzoo.layers.text import WordPieceTokenizer

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "mat"]
HEADS = {"words": {"task": "masked_lm"}, "texts": {"task": "text_encoder"}}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("heads") / "run"
    options, tokenizer = {"heads": HEADS}, WordPieceTokenizer(PIECES)
    zoo.save(zoo.create("bert_nano", task="multi_task", tokenizer=tokenizer, options=options), folder)
    return folder


def test_a_text_is_filled_and_seen_by_a_head(run, langzoo_run):
    asked = [run, "--text", "the [MASK] ."]
    result = langzoo_run("fill", *asked, "--task", "words", "--json")
    assert len(json.loads(result.stdout)["masks"]) == 1
    assert langzoo_run("attention", *asked, "--task", "texts").exit_code == 0
    for command in ("fill", "attention"):
        assert "has a head for each of words, texts: choose one with --task" in langzoo_run(command, *asked).stderr
    assert "unknown task of" in langzoo_run("fill", *asked, "--task", "word").stderr


def test_documents_are_found_by_a_head(run, langzoo_run, tmp_path):
    documents = tmp_path / "documents.txt"
    documents.write_text("the cat\nthe mat\n")
    made = langzoo_run("index", run, "--task", "texts", "--data", documents, "--out", tmp_path / "index")
    assert f"search {run} --task texts --index" in made.stdout.replace("\n", " ")
    asked = [run, "--index", tmp_path / "index", "--query", "the mat", "--json"]
    found = langzoo_run("search", *asked, "--task", "texts")
    assert json.loads(found.stdout)["results"][0]["text"] == "the mat"
    assert "choose one with --task" in langzoo_run("search", *asked).stderr
    assert "is a masked_lm model" in langzoo_run("search", *asked, "--task", "words").stderr


@pytest.mark.parametrize("heads", [[], {"words": {}}, {"words": 3}, {"words": {"task": 5}}])
def test_damaged_heads_are_one_line(heads, run, refused, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    described = json.loads((folder / "config.json").read_text())
    described["options"]["heads"] = heads
    (folder / "config.json").write_text(json.dumps(described))
    assert "config.json is damaged: options.heads must be" in refused("fill", folder, "--text", "the [MASK]")
