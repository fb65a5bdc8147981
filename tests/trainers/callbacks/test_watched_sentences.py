"""The user's own sentences, as a masked model fills them in."""

import langzoo.zoo as zoo
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer
from langzoo.trainers.callbacks.watched_sentences import read_watched, watched_text

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat"]


@pytest.fixture(scope="module")
def model():
    return zoo.create("bert_nano", tokenizer=WordPieceTokenizer(PIECES), num_layers=1)


@pytest.mark.ci
def test_guesses(model, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("the [MASK] sat\r\n\n[MASK] <b>cat</b>\n")
    sentences = read_watched(model, str(path))
    assert sentences == ["the [MASK] sat", "[MASK] <b>cat</b>"]
    first, second = watched_text(model, sentences, max_tokens=1, seed=0).split("\n\n---\n\n")
    assert first.startswith("    the [MASK] sat\n    ") and first.count(",") == 2  # three guesses
    assert all(line.startswith("    ") for line in second.split("\n"))  # code, which no browser reads as HTML


def test_mistakes(model, tmp_path):
    path = tmp_path / "a.txt"
    assert read_watched(model, "") == []
    path.write_text("the cat sat\n")
    with pytest.raises(UserError, match=r"sentence 1 has no \[MASK\]"):
        read_watched(model, str(path))
    path.write_text("[MASK]\n" * 51)
    with pytest.raises(UserError, match="must hold 1 to 50 sentences"):
        read_watched(model, str(path))
    with pytest.raises(UserError, match="none"):
        read_watched(model, str(tmp_path / "none.txt"))
    with pytest.raises(UserError, match="generates no text"):
        read_watched(zoo.create("text_cnn_tiny", options={"labels": ["a", "b"]}), str(path))
