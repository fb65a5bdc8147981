import os

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.text import WordPieceTokenizer
from langzoo.trainers.data import read_scored_pairs
from langzoo.trainers.evaluation import evaluate_similarity


class TableEncoder:
    """Gives each sentence the vector that a table has for it."""

    def __init__(self, table):
        self.table, self.batches = table, []

    def embed(self, texts, *, batch_size=32):
        self.batches.append(list(texts))
        return np.float32([self.table[text] for text in texts])


def test_every_sentence_keeps_its_vector_whatever_the_batches():
    table = {"long one": (1, 0), "b": (1, 0), "middle": (0, 2), "x": (1, 1), "some more": (-3, 0)}
    pairs = [("long one", "b", 5.0), ("long one", "x", 3.0), ("b", "middle", 2.0), ("b", "some more", 0.5)]
    done = []
    for batch_size in (1, 32):
        model = TableEncoder(table)
        found = evaluate_similarity(model, pairs, batch_size=batch_size, progress=done.append)
        assert (found.pairs, found.spearman) == (4, pytest.approx(1))  # cosines 1, 0.71, 0, -1
        assert found.pearson == pytest.approx(0.94582, abs=1e-5)  # 4.76516 / sqrt(2.375 · 10.6875)
        (piece,) = model.batches[1:]
        assert [len(text) for text in piece] == sorted(len(text) for text in piece)
    assert done == [8, 8]


def test_columns_by_name_and_quotes_as_they_are(tmp_path):
    (tmp_path / "a.tsv").write_bytes('\ufeffscore\tsentence2\tsentence1\r\n1.5\t"a\t猫\u2028b\r\n'.encode())
    (tmp_path / "b.tsv").write_text("a\tb\t2")
    assert [tuple(pair) for pair in read_scored_pairs([tmp_path / "a.tsv", tmp_path / "b.tsv"])] == [
        ("猫\u2028b", '"a', 1.5),
        ("a", "b", 2.0),
    ]


@pytest.mark.data
def test_glue():
    folder = os.environ.get("LANGZOO_DATA")
    path = os.path.join(folder or "", "glue", "STS-B", "dev.tsv")
    if not os.path.isfile(path):
        pytest.skip("set LANGZOO_DATA to a folder with glue/STS-B/dev.tsv")
    pairs = read_scored_pairs([path])
    assert len(pairs) == 1500
    assert {0.0, 5.0} == {min(pair.score for pair in pairs), max(pair.score for pair in pairs)}


def test_a_model_that_learnt_nothing_is_measured_all_the_same():
    tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"])
    model = zoo.create("distilbert_tiny", task="text_encoder", tokenizer=tokenizer)
    found = evaluate_similarity(model, [("a", "a", 5.0), ("a", "b b", 0.0)])
    assert found.spearman == pytest.approx(1)
