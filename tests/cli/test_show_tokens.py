import json

import pytest
from langzoo.layers.text import WordPieceTokenizer

from tests.cli.conftest import PIECES

TEXT = "the cat, 猫"


@pytest.fixture
def pieces(tmp_path):
    WordPieceTokenizer(PIECES).save_assets(tmp_path / "pieces")
    return tmp_path / "pieces"


@pytest.mark.parametrize(
    "kind", [pytest.param("saved_model", marks=pytest.mark.slow), pytest.param("litert", marks=pytest.mark.ci)]
)
def test_exports_without_tensorflow(kind, langzoo_run, byte_run, exported):
    result = langzoo_run("tokenizer", "show", exported(byte_run, kind), "--text", "a猫", "--json")
    assert result.exit_code == 0, result.output
    assert [token["token"] for token in json.loads(result.stdout)[0]["tokens"]] == ["a", "<0xE7>", "<0x8C>", "<0xAB>"]


def test_a_table(langzoo_run, pieces):
    result = langzoo_run("tokenizer", "show", pieces, "--text", TEXT)
    assert result.exit_code == 0, result.output
    rows = [row.split() for row in result.stdout.splitlines()]
    assert rows == [
        ["the", "cat,", "猫"],
        ["token", "id", "characters"],
        ["the", "5", "the"],
        ["cat", "6", "cat"],
        [",", "11", ","],
        ["猫", "12", "猫"],
        ["4", "tokens", "for", "10", "characters"],
        [],
    ]


def test_json_has_places(langzoo_run, pieces):
    result = langzoo_run("tokenizer", "show", pieces, "--text", TEXT, "--text", "", "--json")
    first, empty = json.loads(result.stdout)
    assert first["text"] == TEXT and empty == {"text": "", "tokens": []}
    assert first["tokens"][3] == {"token": "猫", "id": 12, "start": 9, "limit": 10}
    assert [TEXT[token["start"] : token["limit"]] for token in first["tokens"]] == ["the", "cat", ",", "猫"]


def test_bytes_are_readable_and_stand_for_their_characters(langzoo_run, byte_run, tmp_path):
    (tmp_path / "lines.txt").write_text("a猫\n\nb\n", encoding="utf-8")
    result = langzoo_run("tokenizer", "show", byte_run, "--file", tmp_path / "lines.txt", "--json")
    found = json.loads(result.stdout)
    assert [[token["id"] for token in line["tokens"]] for line in found] == [[97, 231, 140, 171], [], [98]]
    places = [(token["start"], token["limit"]) for token in found[0]["tokens"]]
    assert places == [(0, 1), (1, 2), (1, 2), (1, 2)]
    table = langzoo_run("tokenizer", "show", byte_run, "--text", "a猫").stdout
    assert "<0xE7>" in table and "characters" in table.splitlines()[1]


def test_published_files(langzoo_run, tmp_path):
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nplay\n##ing\n")
    for place in (tmp_path, tmp_path / "vocab.txt"):
        result = langzoo_run("tokenizer", "show", place, "--text", "playing x", "--json")
        assert [token["token"] for token in json.loads(result.stdout)[0]["tokens"]] == ["play", "##ing", "[UNK]"]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("lstm_tiny", "lstm_tiny is a name without a tokenizer: name a run, an exported model or a tokenizer"),
        ("no/folder", "there is no folder 'no/folder'"),
        ("lstm_tni", "Did you mean lstm_tiny"),
        ("{folder}", "has no tokenizer: name a run"),
        ("{file}", "does not hold '[UNK]'"),
    ],
)
def test_what_has_no_tokenizer(model, message, refused, tmp_path, text_file):
    assert message in refused("tokenizer", "show", model.format(folder=tmp_path, file=text_file), "--text", "a")
