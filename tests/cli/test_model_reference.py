import shutil

import pytest
from langzoo.cli.model_reference import ModelReference
from langzoo.layers.plain.errors import UserError


def test_a_model_in_a_folder_goes_before_a_name_and_any_other_folder_behind(byte_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bigram").mkdir()
    assert ModelReference.parse("bigram").kind == "name"
    shutil.copytree(byte_run, tmp_path / "unigram")
    assert ModelReference.parse("unigram").kind == "run"
    assert ModelReference.parse("unigram").open().name == "lstm_tiny"


def test_a_file_for_litert_is_named_by_itself(tmp_path):
    (tmp_path / "m.tflite").write_bytes(b"")
    assert ModelReference.parse(str(tmp_path / "m.tflite")).kind == "litert"
    with pytest.raises(UserError, match=r"there is no file '.*other.tflite'"):
        ModelReference.parse(str(tmp_path / "other.tflite"))
    with pytest.raises(UserError, match=r"holds files for LiteRT; name one of them: .*m.tflite"):
        ModelReference.parse(str(tmp_path))


def test_what_is_no_model(tmp_path):
    (tmp_path / "file").write_text("text")
    for reference, message in [
        (tmp_path, "holds no model"),
        (tmp_path / "file", "is a file"),
        (tmp_path / "none", "there is no folder"),
        ("", "is empty"),
        ("lstm_smal", "Did you mean lstm_small"),
    ]:
        with pytest.raises(UserError, match=message):
            ModelReference.parse(str(reference))


@pytest.mark.parametrize("command", [["score", "--text", "a"], ["generate", "--prompt", "a"], ["export"]])
def test_a_name_has_no_weights(command, refused):
    assert "langzoo train lstm_small --data" in refused(command[0], "lstm_small", *command[1:])


def test_a_name_has_no_weights_to_evaluate(refused, text_file):
    assert "langzoo train lstm_small --data" in refused("evaluate", "lstm_small", "--data", text_file)


@pytest.mark.parametrize("damage", ["cut", "flipped", "missing"])
def test_damaged_weights(damage, byte_run, tmp_path, refused):
    run = tmp_path / "run"
    shutil.copytree(byte_run, run)
    weights = run / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    if damage == "cut":
        del content[-100:]
    else:
        content[-100] ^= 1
    weights.write_bytes(content)
    if damage == "missing":
        weights.unlink()
    assert "weights.safetensors" in refused("score", run, "--text", "a")
