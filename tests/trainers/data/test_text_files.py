import gzip
import time

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import check_text_files, read_text

TEXT = "one\r\ntwo 猫\u2028still two\n\nlast"


def refused(function, paths, message):
    with pytest.raises(UserError, match=message) as error:
        list(function(paths))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "byte-order mark"])
@pytest.mark.parametrize("compress", [lambda content: content, gzip.compress], ids=["plain", "gzip"])
def test_text_comes_as_it_is(tmp_path, bom, compress):
    """Line ends too; the name says nothing about compression."""
    path = tmp_path / "a.txt"
    path.write_bytes(compress(bom + TEXT.encode()))
    assert "".join(read_text([path])) == TEXT
    assert check_text_files([str(path)]) == [path]


def test_a_byte_order_mark_within_the_text_is_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a\ufeffb")
    assert list(read_text([path])) == ["a\ufeffb"]


def test_pieces_end_with_lines_and_files_are_apart(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    lines = [f"line {i} 猫\n" for i in range(200_000)]
    first.write_text("".join(lines))
    second.write_text("one line without an end")
    pieces = list(read_text([first, second]))
    assert "".join(pieces[:-1]) == "".join(lines) and pieces[-1] == "one line without an end"
    assert len(pieces) > 2 and all(piece.endswith("\n") for piece in pieces[:-1])


@pytest.mark.parametrize("unit", ["word ", "猫"], ids=["spaces", "no space"])
def test_a_line_of_5_megabytes(tmp_path, unit):
    path = tmp_path / "a.txt"
    text = unit * (5_000_000 // len(unit.encode())) + "\nend"
    path.write_text(text)
    pieces = list(read_text([path]))
    assert "".join(pieces) == text and max(map(len, pieces)) < 1 << 21
    assert unit == "猫" or all(piece.endswith((" ", "\n", "end")) for piece in pieces)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"text \0 more", "is binary"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not UTF-8 text: line [0-9]+, byte 0x89"),
        ("naïve".encode("latin-1"), "is not UTF-8 text: line [0-9]+, byte 0xef"),
        ("猫".encode()[:2], "is not UTF-8 text"),
        ("text".encode("utf-16"), "is not UTF-8 text: line [0-9]+, byte 0xff"),
        (gzip.compress(b"some text " * 50, mtime=0)[:-10], "is a damaged gzip file"),
        (gzip.compress(b"some text", mtime=0)[:-8] + bytes(8), "is a damaged gzip file"),
        (b"\x1f\x8b and no more", "is a damaged gzip file"),
        (gzip.compress(b"some text", mtime=0)[:10] + b"\xff" * 20, "is a damaged gzip file"),
    ],
)
def test_what_is_no_text(tmp_path, content, message):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    refused(check_text_files, [path], f"a.txt {message}")


def test_what_is_no_text_far_behind_the_start(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"a line\n" * 300_000 + b"\xff\n")
    assert check_text_files([path]) == [path]  # it looks at the beginning
    refused(read_text, [path], "is not UTF-8 text: line [0-9]+, byte 0xff")


def test_what_is_no_file(tmp_path):
    refused(check_text_files, [], "no text file was given")
    refused(check_text_files, [tmp_path / "nowhere"], "nowhere does not exist")
    refused(check_text_files, [tmp_path], "is a folder; name the text files in it")


def test_zeros_after_a_gzip_file(tmp_path):
    """As tapes have them; a sparse gigabyte of them would be read one by one."""
    path = tmp_path / "a.txt"
    path.write_bytes(gzip.compress(b"some text", mtime=0) + bytes(10_000))
    assert list(read_text([path])) == ["some text"]
    with open(path, "r+b") as file:
        file.truncate(1 << 33)
    start = time.monotonic()
    refused(check_text_files, [path], "is a damaged gzip file: over 1,048,576 zeros after its end")
    assert time.monotonic() - start < 10
