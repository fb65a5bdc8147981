import gzip
import io
import tracemalloc

import pytest
from langzoo.cli.text_arguments import split_lines, texts_to_read
from langzoo.cli.text_batches import text_batches
from langzoo.layers.plain.errors import UserError


def test_lines_over_the_ends_of_pieces():
    assert list(split_lines(["a\r", "\nb", "\n\n", "c\u2028d"])) == ["a", "b", "", "c\u2028d"]
    assert list(split_lines([])) == list(split_lines([""])) == []


def test_a_line_without_end(monkeypatch):
    with pytest.raises(UserError, match="over 10,000,000 characters"):
        list(split_lines(["x" * 4_000_000] * 3))


@pytest.mark.slow
def test_a_small_file_of_very_many_lines_is_read_as_it_is_asked_for(tmp_path):
    path = tmp_path / "lines.gz"
    path.write_bytes(gzip.compress(b"\n" * 20_000_000))
    tracemalloc.start()
    batches = text_batches(texts_to_read([], path))
    first = next(batches)
    for _ in range(50):
        next(batches)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(first) == {""} and peak < 50_000_000


def test_standard_input_comes_in_pieces(monkeypatch):
    class Input:
        buffer = io.BufferedReader(io.BytesIO("猫\r\nthe cat\n".encode() * 40_000))
        isatty = staticmethod(lambda: False)

    monkeypatch.setattr("sys.stdin", Input)
    assert list(texts_to_read([], None)) == ["猫", "the cat"] * 40_000
