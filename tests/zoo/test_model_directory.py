import contextlib
import errno
import json
import os
import shutil

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, CharacterTokenizer, WordTokenizer

WORDS = ["<unk>", "<eos>", "the", "cat", "猫"]


def make(tokenizer=None, **changes):
    settings = {"vocabulary_size": 5, "embedding_dim": 2, "hidden_dim": 2, **changes}
    if tokenizer:
        del settings["vocabulary_size"]
    return zoo.create("lstm_tiny", tokenizer=tokenizer, **settings)


@pytest.fixture
def folder(tmp_path):
    zoo.save(make(WordTokenizer(WORDS)), tmp_path / "模型")
    return tmp_path / "模型"


def edit(folder, **changes):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def refused(folder, message):
    with pytest.raises(UserError, match=message) as error:
        zoo.load(folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "tokenizer",
    [
        None,
        WordTokenizer(WORDS, lowercase=True, split="punctuation"),
        CharacterTokenizer(["<unk>", "<eos>", " ", "猫"]),
        ByteTokenizer(),
    ],
    ids=["none", "word", "character", "byte"],
)
def test_comes_back_with_its_tokenizer(tmp_path, tokenizer):
    model = make(tokenizer)
    zoo.save(model, tmp_path)
    loaded = zoo.load(str(tmp_path))
    assert (loaded.name, loaded.config) == ("lstm_tiny", model.config)
    for ours, its in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(ours.numpy(), its.numpy())
    if tokenizer is None:
        assert loaded.tokenizer is None
    else:
        assert (type(loaded.tokenizer), loaded.tokenizer.options) == (type(tokenizer), tokenizer.options)
        assert loaded.tokenizer.tokens == tokenizer.tokens


def test_a_second_save_replaces_the_first(folder):
    model = make(WordTokenizer(WORDS), hidden_dim=3)
    zoo.save(model, folder)
    assert zoo.load(folder).config.hidden_dim == 3


def test_no_model_there(tmp_path):
    refused(tmp_path, "holds no model: config.json is missing")
    refused(tmp_path / "nowhere", "holds no model")
    file = tmp_path / "file"
    file.write_text("")
    refused(file, "holds no model")


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is damaged"),
        (b'{"format": 1, "name"', "is damaged"),
        (b"\xff\xfe\x00", "is damaged"),
        (b"[]", "must hold a JSON object"),
        (b"{}", "does not describe a langzoo model"),
        (b'{"format": 1, "name": "a", "family": "lstm", "task": "causal_lm"}', "name, family, task and config"),
        (b'{"model_type": "bert", "hidden_size": 768}', "holds no model.safetensors"),
    ],
)
def test_a_damaged_description(folder, content, message):
    (folder / "config.json").write_bytes(content)
    refused(folder, message)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"format": 2}, "has format 2; this version reads format 1"),
        ({"format": None}, "has format None"),
        ({"family": "ltsm"}, "'ltsm'.*lstm"),
        ({"task": "masked_lm_2"}, "unknown task 'masked_lm_2'"),
        ({"config": {}}, "vocabulary_size is missing"),
        ({"config": {"vocabulary_size": 5, "embedding_dim": 2, "hidden_dim": 2, "heads": 3}}, "'heads'"),
        ({"config": {"vocabulary_size": 5, "embedding_dim": 2, "hidden_dim": "2"}}, "hidden_dim must be"),
        ({"config": {"vocabulary_size": 6, "embedding_dim": 2, "hidden_dim": 2}}, "belongs to another model"),
        (
            {"config": {"vocabulary_size": 5, "embedding_dim": 2, "hidden_dim": 3}},
            "belongs to another model: .* has shape",
        ),
        ({"config": {"vocabulary_size": 5, "embedding_dim": 2, "hidden_dim": 2, "num_layers": 2}}, "it lacks"),
    ],
)
def test_a_description_of_something_else(folder, changes, message):
    edit(folder, **changes)
    refused(folder, message)


@pytest.mark.parametrize("name", ["../../etc", "/etc", "..", ".", "", "a\\b", "a\0b", "a\nb"])
def test_a_name_cannot_lead_out_of_a_folder(folder, name):
    """An export goes to a folder of the model's name."""
    edit(folder, name=name)
    refused(folder, "names the model .* which is not a valid folder name")


def test_the_tokenizer_is_read_from_its_own_folder_whatever_the_description_says(folder, tmp_path):
    other = tmp_path / "other"
    WordTokenizer(["<unk>", "<eos>", "x", "y", "z"]).save_assets(other)
    edit(folder, tokenizer="../other")
    assert zoo.load(folder).tokenizer.tokens == WORDS


@pytest.mark.parametrize("file", ["weights.safetensors", "tokenizer/vocabulary.txt", "tokenizer/tokenizer.json"])
def test_a_file_that_is_missing(folder, file):
    (folder / file).unlink()
    refused(folder, file.split("/")[-1].split(".")[0])


def test_damaged_weights(folder):
    path = folder / "weights.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    refused(folder, "is damaged or was altered")


def test_a_full_disk_leaves_the_old_model(folder, monkeypatch):
    before = {name: (folder / name).read_bytes() for name in ("config.json", "weights.safetensors")}

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        zoo.save(make(WordTokenizer(WORDS)), folder)
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert not list(folder.glob(".*"))
    zoo.load(folder)


@pytest.mark.parametrize(
    "name, changes, message",
    [
        ("lstm_tniy", {}, "lstm_tiny"),
        ("lstm_tiny", {"hiden_dim": 3}, "hiden_dim.*hidden_dim"),
        ("lstm_tiny", {"dropout": 1.0}, "dropout must be less than 1"),
        ("lstm_tiny", {"hidden_dim": 0}, "hidden_dim must be greater than 0"),
    ],
)
def test_create_tells_what_is_wrong(name, changes, message):
    with pytest.raises(UserError, match=message):
        zoo.create(name, **changes)


def test_weights_belong_to_the_vocabulary_they_were_learned_with(folder, tmp_path):
    other = tmp_path / "other"
    zoo.save(make(WordTokenizer([*WORDS[:2], "a", "b", "c"])), other)
    for name in ("weights.safetensors", "tokenizer"):
        mixed = tmp_path / f"mixed {name}"
        shutil.copytree(folder, mixed)
        (shutil.copy if name.startswith("w") else lambda a, b: shutil.copytree(a, b, dirs_exist_ok=True))(
            other / name, mixed / name
        )
        refused(mixed, "belongs to another model")
    edit(folder, config={**json.loads((folder / "config.json").read_text())["config"], "dropout": 0.9})
    refused(folder, "altered after")


@pytest.mark.parametrize("kill_at", range(6))
def test_a_kill_while_a_model_is_saved_over_another(folder, monkeypatch, kill_at):
    """At any rename: afterwards the old model loads or the new one does, each with its own vocabulary."""
    old = zoo.load(folder).score(["the cat"])
    new = make(WordTokenizer([*WORDS[:2], "cat", "the", "sat", "on"]))
    scores = new.score(["the cat"])
    calls = iter(range(100))

    def dies(real):
        def call(*arguments):
            if next(calls) == kill_at:
                raise KeyboardInterrupt
            return real(*arguments)

        return call

    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, dies(getattr(os, name)))
    with contextlib.suppress(KeyboardInterrupt):
        zoo.save(new, folder)
    monkeypatch.undo()
    assert zoo.load(folder).score(["the cat"]) == (old if kill_at < 3 else scores)
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]
