"""What `zoo.load` makes of a path, and `model.export` of a format."""

import numpy as np
import pytest
from langzoo import serving, zoo
from langzoo.layers import WordTokenizer
from langzoo.layers.plain.errors import UserError

from tests.checks.foreign_folder import write_foreign_folder

WORDS = ["<unk>", "<eos>", "the", "cat", "猫"]


def refusal(call):
    with pytest.raises(UserError) as error:
        call()
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.fixture(scope="module")
def model():
    return zoo.create("lstm_tiny", tokenizer=WordTokenizer(WORDS))


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
def test_a_folder_of_transformers_is_imported_and_stays_as_it_is(kind, tmp_path):
    folder = write_foreign_folder(tmp_path / kind, kind, vocabulary=kind == "bert")
    files = sorted(path.name for path in folder.iterdir())
    loaded, imported = zoo.load(folder), zoo.import_model(folder)
    assert (loaded.name, loaded.task) == (imported.name, imported.task)
    for one, other in zip(loaded.weights, imported.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    assert sorted(path.name for path in folder.iterdir()) == files


def test_a_preset_of_keras_hub_is_imported(tmp_path):
    made = zoo.create("gpt2_tiny")
    made.export(tmp_path / "preset", format="keras_hub")
    for one, other in zip(zoo.load(tmp_path / "preset").weights, made.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_what_is_none_of_them(tmp_path):
    assert "create('gpt2_tiny') makes a new one" in refusal(lambda: zoo.load("gpt2_tiny"))
    assert "holds no model" in refusal(lambda: zoo.load(tmp_path))
    (tmp_path / "a.gguf").write_bytes(b"GGUF0000")
    assert "GGUF" in refusal(lambda: zoo.load(tmp_path))
    assert "GGUF" in refusal(lambda: zoo.load(tmp_path / "a.gguf"))
    (tmp_path / "notes.txt").write_text("no model")
    assert "holds no model" in refusal(lambda: zoo.load(tmp_path / "notes.txt"))
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter/adapter_config.json").write_text("{}")
    assert "adapter" in refusal(lambda: zoo.load(tmp_path / "adapter"))


def test_an_export_says_what_opens_it(tmp_path):
    lite, saved = tmp_path / "lite/cats.tflite", tmp_path / "cats/3/saved_model.pb"
    for file in (lite, saved):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"")
    for path in (lite, lite.parent):
        assert f"langzoo.serving.open_lite_file({str(lite)!r})" in refusal(lambda: zoo.load(path))  # noqa: B023
    for path in (saved.parent, saved.parent.parent):
        assert f"langzoo.serving.ExportedModel({str(path)!r})" in refusal(lambda: zoo.load(path))  # noqa: B023


@pytest.mark.slow
def test_export_writes_a_file_for_litert(model, tmp_path):
    report = model.export(tmp_path / "lite", format="tflite")
    assert report.path.name == "lstm_tiny.tflite"
    live = model.generate(["the"], max_tokens=4)[0]["text"]
    assert serving.open_lite_file(report.path).generate(["the"], max_tokens=4)[0]["text"] == live


@pytest.mark.slow
def test_export_writes_versions_of_a_saved_model(model, tmp_path):
    for version in ("1", "2"):
        report = model.export(tmp_path / "cats")
        assert report.path == tmp_path / "cats" / version and "generate" in report.signatures
    assert serving.ExportedModel(tmp_path / "cats").score(["the"])[0]["tokens"] == model.score(["the"])[0]["tokens"]
    assert model.export(tmp_path / "cats/7").path.name == "7"


def test_export_for_transformers_is_loaded_again(tmp_path):
    gpt = zoo.create("gpt2_tiny")
    report = gpt.export(tmp_path / "hf", format="huggingface")
    loaded = zoo.load(report.path)
    ids = np.array([[1, 2, 3]])
    np.testing.assert_array_equal(loaded(ids)["logits"], gpt(ids)["logits"])


def test_an_unknown_format_or_option(model, tmp_path):
    assert "Did you mean litert" in refusal(lambda: model.export(tmp_path / "x", format="litrt"))
    assert "portable" in refusal(lambda: model.export(tmp_path / "x", portabel=True))
    assert not (tmp_path / "x").exists()
