"""Readers of folders, of several files, and of Parquet."""

import gzip
import os

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data.readers import READERS

from tests.trainers.data.readers.reading import assert_told_or_skipped, read

TABLE = ["text", "label"]
SLOTS = {"columns": ["words", "tags", "intent"]}


def test_slots_of_a_folder(write):
    for part, text in {"seq.in": "play 猫\nstop\n", "seq.out": "O B-song\nO\n", "label": "Play\nStop\n"}.items():
        write(text, f"train/{part}")
    expected = [(1, ("play", "猫"), ("O", "B-song"), "Play"), (2, ("stop",), ("O",), "Stop")]
    assert read("slots", "train", **SLOTS)[0] == expected
    write("O B-song\nO O\n", "train/seq.out")
    assert_told_or_skipped("slots", "train", "seq.in: line 2 has 1 words, 2 slots and the intent 'Stop'", **SLOTS)
    write("O B-song\n", "train/seq.out")
    with pytest.raises(UserError, match=r"train: line 2 is in some of seq\.in, seq\.out, label only"):
        read("slots", "train", skip_bad=True, **SLOTS)


def parallel(files, **options):
    reader = READERS["parallel"](["source", "target"], **options)
    return [(record.file.name, record.line, *record.values.values()) for record in reader.records(files)], reader


def test_parallel_files(write):
    files = [write("\ufeffthe cat\r\n\na\tb\u2028c\n", "a.en"), write(gzip.compress("die 猫\n \nd".encode()), "a.de")]
    expected = [("a.en", 1, "the cat", "die 猫"), ("a.en", 3, "a\tb\u2028c", "d")]
    assert parallel(files)[0] == expected
    more = [write("x\n", "b.en"), write("y\n", "b.de")]
    assert parallel([*files, *more])[0] == [*expected, ("b.en", 1, "x", "y")]
    assert parallel(more[::-1])[0] == [("b.de", 1, "y", "x")]


def test_parallel_files_whose_lines_do_not_belong_together(write):
    files = [write("a\nb\nc\n", "a.en"), write("1\n\n3\n", "a.de")]
    with pytest.raises(UserError, match=r"^a\.de: line 2 is empty, but that of a\.en is not .*--skip-bad"):
        parallel(files)
    found, reader = parallel(files, skip_bad=True)
    assert found == [("a.en", 1, "a", "1"), ("a.en", 3, "c", "3")] and reader.bad.summary().count == 1
    with pytest.raises(UserError, match=r"^a\.en: line 2 is empty, but that of a\.de is not"):
        parallel([write("1\n\n3\n", "a.en"), write("a\nb\nc\n", "a.de")])
    for texts, counts in ((("a\nb\n" * 600, "1\n"), "1,200 and 1"), (("a\n", "1\n2\n3"), "1 and 3")):
        files = [write(text, f"a.{side}") for text, side in zip(texts, ("en", "de"), strict=True)]
        for skip in (False, True):
            with pytest.raises(UserError, match=f"^a.en and a.de have {counts} lines: they must have the") as error:
                parallel(files, skip_bad=skip)
            assert "\n" not in str(error.value)


def test_parallel_files_come_two_by_two(write, tmp_path):
    files = [write("a\n", name) for name in ("a.en", "a.de", "b.en")]
    os.mkfifo(tmp_path / "fifo")
    for given, message in (
        (files, r"a\.en, a\.de, b\.en are 3 files, and the reader parallel takes them two by two, a source and its"),
        (files[:1], r"a\.en is one file, and the reader parallel takes them two by two"),
        ([], "no text file was given"),
        (["a.en", "missing"], "missing does not exist"),
        (["a.en", "fifo"], "fifo is a FIFO"),
        ([".", "a.en"], "is a folder"),
        (["a.en", write("", "empty")], "empty is empty"),
        (["a.en", write(b"\xff\n", "latin")], "not UTF-8"),
        ([write(" \n", "blank"), "blank"], "blank: no source and target in it"),
    ):
        for skip in (False, True):
            with pytest.raises(UserError, match=message) as error:
                parallel(given, skip_bad=skip)
            assert "\n" not in str(error.value)
    for name in ("pairs", "parallel"):
        with pytest.raises(UserError, match=f"the reader {name} gives two columns, but text was requested: use"):
            READERS[name](["text"])


def test_texts_in_folders(write, tmp_path):
    for name, text in {
        "good/1.txt": "the cat\nsat",
        "good/.x.txt": "no",
        "bad/2.txt": "猫",
        "bad/note.md": "no",
    }.items():
        write(text, f"train/{name}")
    (tmp_path / "train" / "urls.txt").write_text("beside")
    folders = {"columns": TABLE}
    assert read("folders", "train", **folders)[0] == [(1, "猫", "bad"), (1, "the cat\nsat", "good")]
    files = READERS["folders"](TABLE).files(["train"])
    key = READERS["folders"](TABLE).key_of(files)
    (tmp_path / "train" / "good").rename(tmp_path / "train" / "great")
    assert READERS["folders"](TABLE).key_of(READERS["folders"].files(["train"])) != key
    write(" \n", "train/bad/3.txt")
    assert len(assert_told_or_skipped("folders", "train", "3.txt: line 1, column text is empty", **folders)) == 2
    for path, message in (
        ("missing", "is missing: name a folder"),
        (write("a"), "is a file: name a folder"),
        ("train/bad", "train/bad has no folder in it"),
    ):
        with pytest.raises(UserError, match=message):
            read("folders", path, **folders)
    os.mkfifo(tmp_path / "train" / "bad" / "4.txt")
    with pytest.raises(UserError, match=r"4\.txt is a FIFO"):
        read("folders", "train", **folders)


TREC = {
    "queries.tsv": "1\tcats\n2\tdogs\n",
    "docs.tsv": "7\tTitle\tThe 猫 sat.\n8\tA dog.\n",
    "qrels.txt": "1 0 7 2\n2 0 8 1\n",
}
JUDGED = [(1, "cats", "Title The 猫 sat.", "2"), (2, "dogs", "A dog.", "1")]


def judged(files, **options):
    reader = READERS["trec"](["text", "pair", "label"], **options)
    return [(record.line, *record.values.values()) for record in reader.records(files)], reader.bad.summary()


def test_queries_documents_and_relevance(write):
    files = [write(text, name) for name, text in TREC.items()]
    assert judged(files)[0] == JUDGED
    write(
        "<top>\n<num> Number: 1\n<title> cats\n<desc> x\n</top>\n<top><num>\n</top>\n".replace(
            "<top><num>\n</top>\n", ""
        ),
        "topics.txt",
    )
    write("<DOC>\n<DOCNO> 7 </DOCNO>\n<TEXT>\nThe 猫\nsat.\n</TEXT>\n</DOC>\n", "docs.trec")
    write("1 0 7 2\n", "qrels.txt")
    assert judged(["topics.txt", "docs.trec", "qrels.txt"])[0] == [(1, "cats", "The 猫 sat.", "2")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("qrels.txt", "1 0 7\n", "qrels.txt: line 3 has 3 columns, not query, iteration, document and relevance"),
        ("qrels.txt", "1 0 8 high\n", "qrels.txt: line 3 has the relevance 'high', which is not a whole number"),
        ("qrels.txt", "1 0 7 1\n", "qrels.txt: line 3 judges 1 and 7 a second time"),
        ("qrels.txt", "1 0 9 1\n", "qrels.txt: line 3 names '9', which docs.tsv does not have"),
        ("queries.tsv", "alone\n", "queries.tsv: line 3 must be an id, a tab and a text"),
        ("docs.tsv", "7\tagain\n", "docs.tsv: line 3 has the id '7' a second time"),
    ],
)
def test_relevance_that_is_off(name, text, message, write):
    files = [write(TREC[each] + (text if each == name else ""), each) for each in TREC]
    with pytest.raises(UserError) as error:
        judged(files)
    assert message in str(error.value)
    found, skipped = judged(files, skip_bad=True)
    assert found == JUDGED and skipped.count == 1 and message in skipped.places[0]


def test_files_of_relevance_are_told_by_their_names(write):
    files = [write(text, name) for name, text in TREC.items()]
    for given, message in (
        (files[:2], "no file with qrels: its name must say so"),
        ([*files, write("1\ta\n", "topics.txt")], "both hold queries"),
        ([*files[:2], write("1 0 7 1\n")], r"a\.txt: its name must say what it holds: qrels, queries, documents"),
    ):
        with pytest.raises(UserError, match=message):
            judged(given)


def test_parquet(write, tmp_path):
    pyarrow = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"review": ["the cat", "", "猫"], "stars": [5, 1, 2], "more": [{"a": 1}] * 3})
    parquet.write_table(table, tmp_path / "a.parquet")
    asked = {"columns": TABLE, "named": {"text": "review", "label": "stars"}}
    found = assert_told_or_skipped("parquet", "a.parquet", "a.parquet: row 2, column review is empty", **asked)
    assert found == [(1, "the cat", "5"), (3, "猫", "2")]
    whole = (tmp_path / "a.parquet").read_bytes()
    os.mkfifo(tmp_path / "fifo")
    for path, named, message in (
        ("a.parquet", {"text": "review"}, "has no column label, only review, stars, more: --columns label=NAME"),
        ("a.parquet", {"text": "more", "label": "stars"}, "row 1, column more holds neither a string"),
        (write("text,label\n"), {}, "is not a Parquet file"),
        (write(whole[:-20], "cut"), asked["named"], "is damaged"),
        (write(whole[:40] + b"\xff" * 60 + whole[100:], "changed"), asked["named"], "is damaged|row"),
        ("fifo", {}, "is a FIFO"),
    ):
        with pytest.raises(UserError, match=message):
            read("parquet", path, columns=TABLE, named=named)


def test_parquet_without_its_package(write, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(UserError, match=r"needs pyarrow: pip install 'langzoo\[parquet\]'"):
        read("parquet", write(b"PAR1" * 4), columns=TABLE)
