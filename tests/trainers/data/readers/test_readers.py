import gzip

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data.readers import READERS
from langzoo.trainers.data.readers import reader as reader_module

ASKED = {"lines": ["text"], "pairs": ["source", "target"], "tsv": ["text", "label"]}
SAMPLE = "the cat\tgood\r\n\n猫 sat\tbad\n"


def records(name, path, **options):
    return [(record.line, *record.values.values()) for record in READERS[name](ASKED[name], **options).records([path])]


@pytest.fixture
def write(tmp_path):
    def write(text, name="a.tsv"):
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return path

    return write


def test_every_reader_has_a_case_here():
    assert set(READERS.own()) == set(ASKED)


@pytest.mark.parametrize("name", ASKED)
def test_lines_are_numbered_and_empty_ones_passed_over(name, write):
    expected = {"lines": [(1, "the cat\tgood"), (3, "猫 sat\tbad")]}.get(
        name, [(1, "the cat", "good"), (3, "猫 sat", "bad")]
    )
    for content in (SAMPLE, "\ufeff" + SAMPLE, gzip.compress(SAMPLE.encode()), SAMPLE.rstrip("\n")):
        assert records(name, write(content)) == expected


@pytest.mark.parametrize("name", ASKED)
def test_what_no_reader_reads(name, write, monkeypatch):
    for content, message in ((b"\xff\xfe", "UTF-8"), ("", "is empty"), ("\n \n", "no .* in it"), ("a\0b", "binary")):
        with pytest.raises(UserError, match=message):
            records(name, write(content))
    monkeypatch.setattr(reader_module, "LONGEST_LINE", 50)
    with pytest.raises(UserError, match=r"a\.tsv: line 2 has over 50 characters"):
        records(name, write("a\tb\n" + "x" * 60))


def test_columns_are_found_by_their_names_or_their_places(write):
    assert records("tsv", write("id\tlabel\ttext\n1\tgood\tthe cat\n")) == [(2, "the cat", "good")]
    pairs = {"optional": ["pair"]}
    assert records("tsv", write("the\tcat\tgood\n"), **pairs) == [(1, "the", "cat", "good")]
    assert records("tsv", write("the\tgood\n"), **pairs) == [(1, "the", "good")]
    assert records("tsv", write("pair\ttext\tlabel\nb\ta\tc\n"), **pairs) == [(2, "a", "c", "b")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("pairs", "a\tb\nalone\n", "line 2 is not a pair: it must be a source, a tab and a target"),
        ("pairs", "a\t \n", "line 1 is not a pair"),
        ("tsv", "a\tb\na\n", "line 2 has 1 columns, not 2"),
        ("tsv", "a\tb\tc\n", "line 1 has 3 columns: it must have text, label"),
        ("tsv", "text\tnote\na\tb\n", "has no column label"),
        ("tsv", "text\tlabel\na\t \n", "line 2 has an empty label"),
    ],
)
def test_lines_that_are_wrong_are_named(name, text, message, write):
    with pytest.raises(UserError, match=message):
        records(name, write(text))
