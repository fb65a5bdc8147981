import gzip

import numpy as np
import pytest
from langzoo.layers import ByteTokenizer, WordTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import PairCorpus, pair_corpus
from langzoo.trainers.data.readers import READERS

WORDS = WordTokenizer(["<unk>", "<eos>", "the", "cat", "猫", "在"])


@pytest.fixture
def read(tmp_path):
    """Writes the texts and reads them as pairs."""

    def corpus_of(*texts, tokenizer=WORDS, **kwargs):
        paths = []
        for i, text in enumerate(texts):
            paths.append(tmp_path / f"{i}.tsv")
            paths[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
        return PairCorpus.from_files(paths, tokenizer, cache=tmp_path / "cache", **kwargs)

    return corpus_of


def pairs(corpus):
    return [tuple(side.tolist() for side in corpus.pair(i)) for i in range(corpus.num_pairs)]


def test_both_sides_of_every_line(read):
    corpus = read("the cat\t猫\n\n  \ncat\t在 dog\tTatoeba\r\n", "the\tthe\r\nthe\t猫 cat")
    assert pairs(corpus) == [([2, 3], [4]), ([3], [5, 0]), ([2], [2]), ([2], [4, 3])]
    assert (corpus.num_pairs, corpus.num_unknown, corpus.end_id) == (4, 1, 1)
    assert len(corpus) == 6 + 4  # an end token each
    assert corpus.num_bytes == len("猫在 dogthe猫 cat".encode())


def test_carriage_returns_marks_and_compression_are_no_text(read):
    plain = read("the\t猫\ncat\tthe\n", tokenizer=ByteTokenizer())
    for other in ("the\t猫\r\ncat\tthe\r\n", "\ufeffthe\t猫\ncat\tthe"):
        assert pairs(read(other, tokenizer=ByteTokenizer())) == pairs(plain)
        assert pairs(read(gzip.compress(other.encode()), tokenizer=ByteTokenizer())) == pairs(plain)


def test_only_line_feeds_end_a_pair(read):
    """U+2028, U+0085 and a form feed are text."""
    corpus = read("a\u2028b\tc\x85d\x0ce\n", tokenizer=ByteTokenizer())
    assert pairs(corpus) == [(list("a\u2028b".encode()), list("c\x85d\x0ce".encode()))]


def test_pieces_of_the_files_change_nothing(read, monkeypatch):
    text = "".join(f"{'the ' * (i % 5)}cat\t{'猫 ' * (i % 3)}在\n" for i in range(50))
    whole, done = read(text), []
    monkeypatch.setattr(pair_corpus, "RECORDS_PER_PIECE", 7)
    pieces = read(text + "\n", progress=done.append)  # another key: it is read anew
    assert pairs(pieces) == pairs(whole) and pieces.num_bytes == whole.num_bytes
    assert len(done) == 8 and done == sorted(done)


def test_a_line_over_several_pieces_of_text(tmp_path):
    (tmp_path / "a.tsv").write_text("a\tb\n" + "the " * 200_000 + "\t" + "cat " * 200_000 + "\nc\td\n")
    records = READERS["pairs"](["source", "target"]).records([tmp_path / "a.tsv"])
    sides = [tuple(record.values.values()) for record in records]
    assert [(len(source), len(target)) for source, target in sides] == [(1, 1), (800_000, 800_000), (1, 1)]


def test_a_cache_is_found_again_by_text_and_tokenizer(read, tmp_path):
    def files():
        return {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").iterdir()}

    first = read("the\tcat\n")
    before = files()
    assert read("the\tcat\n").key == first.key and files() == before
    assert isinstance(first.sources.values, np.memmap) and first.sources.values.dtype == np.int32
    others = {read("cat\tthe\n").key, read("the\tcat\n", tokenizer=ByteTokenizer()).key}
    assert len(others - {first.key}) == 2 and len(files()) == 3 * len(before)


def test_a_side_without_a_token_is_a_text_all_the_same(read):
    """To a WordTokenizer a no-break space may be nothing; the pair is one still."""
    corpus = read("the\t\u200b\n", tokenizer=ByteTokenizer())
    assert corpus.num_pairs == 1 and len(corpus) == 4


@pytest.mark.parametrize(
    "text, message",
    [
        ("a\tb\nno tab\n", "line 2 is not a pair"),
        ("a\tb\r\n\r\n\tc\r\n", "line 3 is not a pair"),
        ("a\t\n", "line 1 is not a pair"),
        ("a\t\tc\n", "line 1 is not a pair"),
        ("\t\n", "line 1 is not a pair"),
        ("a\tb\nlast", "line 2 is not a pair"),
        ("\n \n", "no source and target in it"),
        (b"", "is empty"),
        (b"a\t\xff\n", "not UTF-8"),
        (b"a\tb\0\n", "binary"),
        ("a\tb\n" + "x" * 2_200_000, "line 2 has over 1,048,576 characters"),
    ],
)
def test_what_is_no_file_of_pairs(read, text, message):
    with pytest.raises(UserError, match=message) as error:
        read(text)
    assert "\n" not in str(error.value)


def test_a_file_that_is_refused_leaves_no_cache(read, tmp_path):
    with pytest.raises(UserError):
        read("a\tb\nno tab\n")
    assert not (tmp_path / "cache").exists()
