import json
import os

import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.zoo.read_attention import read_attention

pytestmark = pytest.mark.usefixtures("keep_loaded")

TEXT = "the cats sat on 猫"
PNG = b"\x89PNG\r\n\x1a\n"


def test_json_is_the_reading(langzoo_run, encoder_runs, tmp_path):
    run, out = encoder_runs["text_encoder"], tmp_path / "map.png"
    result = langzoo_run("attention", run, "--text", TEXT, "--layer", 2, "--head", 1, "--out", out, "--json")
    found = json.loads(result.stdout)
    assert found["words"] == found["looked_at"] == ["[CLS]", "the", "cat", "##s", "sat", "on", "猫", "[SEP]"]
    assert (found["kind"], found["layers"], found["heads"], found["out"]) == ("encoder", 2, 2, str(out))
    weights = read_attention(zoo.load(run), TEXT).weights[1, 0]  # (T, S)
    for row, each in zip(weights, found["looks_most_at"], strict=True):
        place = 1 + int(np.argmax(row[1:-1]))  # between [CLS] and [SEP]
        assert (each["place"], each["looks_at"]) == (place, found["words"][place])
        assert each["share"] == pytest.approx(row[place], abs=1e-5)
    assert out.read_bytes().startswith(PNG)
    assert os.listdir(tmp_path) == ["map.png"]


@pytest.mark.parametrize(("name", "head"), [("a.png", PNG), ("a.svg", b"<?xml"), ("a.PDF", b"%PDF")])
def test_the_name_says_the_kind_and_an_old_picture_is_replaced(name, head, langzoo_run, gpt2_run, tmp_path):
    (tmp_path / name).write_bytes(b"old")
    result = langzoo_run("attention", gpt2_run, "--text", "a cat", "--out", tmp_path / name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (tmp_path / name).read_bytes().startswith(head)
    assert f"drawn: {tmp_path / name}" in result.stdout
    assert "mean of 2 layers, mean of 2 heads" in result.stdout


def test_a_target_is_taken_or_written(langzoo_run, seq2seq_run):
    given = langzoo_run("attention", seq2seq_run, "--text", "the cat", "--pair", "猫", "--json")
    found = json.loads(given.stdout)
    assert (found["kind"], found["words"], found["looked_at"]) == ("cross", ["猫", "<eos>"], ["the", "cat", "<eos>"])
    written = json.loads(langzoo_run("attention", seq2seq_run, "--text", "the cat", "--json").stdout)
    (answer,) = zoo.load(seq2seq_run).generate(["the cat"], max_tokens=50)
    assert written["words"][:-1] == [token for token in answer["tokens"] if token != "<eos>"]


def test_characters_that_no_font_has_are_told(langzoo_run, encoder_runs, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "langzoo.zoo.attention_map.fonts_for", lambda text: (["DejaVu Sans"], "猫" if "猫" in text else "")
    )
    result = langzoo_run("attention", encoder_runs["masked_lm"], "--text", TEXT, "--out", tmp_path / "a.png")
    assert result.exit_code == 0
    assert result.stderr.count("\n") == 1 and "no font on this machine has 猫" in result.stderr
    assert (tmp_path / "a.png").read_bytes().startswith(PNG)


def test_refusals(refused, encoder_runs, byte_run, gpt2_run, tmp_path):
    run = encoder_runs["text_classifier"]
    line = ["attention", run, "--text", TEXT]
    assert "--layer must be from 1 to 2, the number that the model has, not 3" in refused(*line, "--layer", 3)
    assert "--head must be from 1 to 2" in refused(*line, "--head", 9)
    assert "has no attention" in refused("attention", byte_run, "--text", "a")
    assert "leave the second one out" in refused("attention", gpt2_run, "--text", "a", "--pair", "b")
    assert "a text is longer than this model reads" in refused("attention", gpt2_run, "--text", "a" * 200)
    assert "must end with .png, .svg, .pdf" in refused(*line, "--out", tmp_path / "a.gif")
    assert "is a folder" in refused(*line, "--out", _folder(tmp_path / "b.png"))
    assert "there is no folder" in refused(*line, "--out", tmp_path / "none" / "a.png")
    assert "is not UTF-8" in refused("attention", run, "--text", "\udcff")


def test_a_place_that_cannot_be_written(refused, encoder_runs, tmp_path, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("langzoo.zoo.atomic_file.replacing", full)
    out = tmp_path / "a.png"
    assert "No space left" in refused("attention", encoder_runs["masked_lm"], "--text", "the", "--out", out)
    assert not out.exists()


def _folder(path):
    path.mkdir()
    return path
