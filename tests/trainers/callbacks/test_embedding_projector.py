import numpy as np
from langzoo.trainers.callbacks import embedding_projector

TOKENS = ["<unk>", "\t", "a\nb", " ", "\r", "", "猫", "\x85x", "\u2028"]


def test_every_token_is_one_cell(tmp_path):
    vectors = np.arange(2.0 * len(TOKENS)).reshape(-1, 2)
    embedding_projector.write_projector(tmp_path / "logs", vectors, TOKENS)
    names = (tmp_path / "logs" / "tokens.tsv").read_bytes().decode().split("\n")[:-1]
    assert names == ["<unk>", "\\t", "a\\nb", "U+0020", "\\r", "''", "猫", "\x85x", "U+2028"]
    rows = (tmp_path / "logs" / "token_embedding.tsv").read_text().splitlines()
    assert [[float(cell) for cell in row.split("\t")] for row in rows] == vectors.tolist()


def test_only_the_most_frequent(tmp_path, monkeypatch):
    monkeypatch.setattr(embedding_projector, "MAX_TOKENS", 3)
    embedding_projector.write_projector(tmp_path, np.zeros((9, 2)), TOKENS)
    for name in ("tokens.tsv", "token_embedding.tsv"):
        assert (tmp_path / name).read_bytes().count(b"\n") == 3
