"""Corpora and batches of texts that belong together."""

import pickle
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest
from langzoo.layers import WordPieceTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data.embedding_corpus import EmbeddingCorpus
from langzoo.trainers.data.embedding_source import EmbeddingSource
from langzoo.trainers.data.readers import READERS

TOKENIZER = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefgh"])


def corpus(tmp_path, text, *, skip_bad=False, **options):
    path = tmp_path / "pairs.tsv"
    path.write_text(text)
    optional = ["negative", "label"]
    reader = READERS["tsv"](["text", "pair"], optional=optional, skip_bad=skip_bad)
    return EmbeddingCorpus.from_files([path], TOKENIZER, reader=reader, cache=tmp_path / "cache", **options)


def test_what_is_packed(tmp_path):
    rows = "text\tpair\tnegative\na\tb c\td\ne f g h\ta\tb c\n"
    found = corpus(tmp_path, rows, prompts={"text": "h "})
    again = corpus(tmp_path, rows, prompts={"text": "h "})
    assert (len(found), found.names, found.key) == (2, ("text", "pair", "negative"), again.key)
    assert found.keys[0, 1] == found.keys[1, 2] and len(np.unique(found.keys)) == 5
    assert corpus(tmp_path, rows).key != found.key
    source = EmbeddingSource(found, TOKENIZER, batch_size=3, sequence_length=6, seed=None)
    assert (source.steps_per_epoch, source.sequence_length, source.cut_texts, source.cut_tokens) == (1, 6, 1, 1)
    batch = source.rows(0, 0, 3)
    a, b, c, d, e, f, g, h = range(5, 13)
    assert batch["token_ids"][0].tolist() == [[2, h, a, 3, 0, 0], [2, b, c, 3, 0, 0], [2, d, 3, 0, 0, 0]]
    assert batch["token_ids"][1, 0].tolist() == [2, h, e, f, g, 3]  # cut
    np.testing.assert_array_equal(batch["padding_mask"][:2], batch["token_ids"][:2] > 0)
    assert batch["weights"].tolist() == [1, 1, 0] and batch["padding_mask"][2, :, 0].all()
    assert batch["keys"][0, 1] == batch["keys"][1, 2] != batch["keys"][0, 0]
    assert source.tokens(0, 1) == (4 + 4 + 3 + 6 + 3 + 4, 3 * 3 * 6)


def test_it_goes_to_another_process_without_its_tokenizer(tmp_path):
    read = corpus(tmp_path, "text\tpair\na b\tc\nd\te f g\n")
    source = EmbeddingSource(read, TOKENIZER, batch_size=2, sequence_length=8, seed=0)
    sent = ForkingPickler.dumps(source)
    assert b"keras" not in sent  # a layer would start TensorFlow, and a GPU, in each process
    for name, values in pickle.loads(sent).rows(0, 0, 2).items():
        np.testing.assert_array_equal(values, source.rows(0, 0, 2)[name])


def test_what_does_not_belong_together_is_left_out(tmp_path):
    found = corpus(tmp_path, "text\tpair\tlabel\na\tb\t1\nc\td\t0\ne\tf\t-1\ng\th\t2\n")
    assert (len(found), found.skipped.count, found.skipped.dropped) == (2, 0, 2)
    scored = corpus(tmp_path, "text\tpair\tlabel\na\tb\t1.5\nc\td\t0\n", labels="number")
    assert scored.labels.tolist() == [1.5, 0.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("text\tpair\tlabel\na\tb\tmany\n", r"pairs.tsv: line 2, column label is not a number: 'many'"),
        ("text\tpair\tlabel\na\tb\tnan\n", r"line 2, column label is not a number: 'nan'"),
        ("text\tpair\tnegative\na\tb\tc\nd\te\t\n", r"only 1 of 2 records have a negative"),
        ("text\tpair\tlabel\na\tb\t0\n", r"no pair of texts is left"),
    ],
)
def test_what_is_off_is_told(tmp_path, text, message):
    with pytest.raises(UserError, match=message):
        corpus(tmp_path, text)


def test_what_is_off_is_counted(tmp_path):
    found = corpus(tmp_path, "text\tpair\tlabel\na\tb\tmany\nc\td\t1\n", skip_bad=True)
    assert (len(found), found.skipped.count) == (1, 1) and "line 2, column label" in found.skipped.places[0]
