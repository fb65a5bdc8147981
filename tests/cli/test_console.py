import io
import json

import pytest
from langzoo.cli.console import plain_table, print_json, print_list, printable_text
from langzoo.layers.plain.size_in_words import size_in_words
from rich.console import Console


def test_what_could_move_the_cursor_is_escaped():
    assert printable_text("a\x1b[2J\x07\x9b\r\u202e\x00") == "a\\x1b[2J\\x07\\x9b\\r\\u202e\\x00"
    assert printable_text("猫\n\té[bold]:cat:\u200d") == "猫\n\té[bold]:cat:\u200d"


def test_json_is_one_line_without_infinities(capsys):
    print_json({"a": [float("inf"), (float("nan"), 1.5)], "猫": "\n"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"a": [None, [None, 1.5]], "猫": "\n"}
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_960, "1.0 MB"), (74_425_600, "74.4 MB"), (5e15, "5000.0 TB")],
)
def test_sizes(size, words):
    assert size_in_words(size) == words


@pytest.mark.parametrize("columns", [30, 80])
def test_a_long_list_is_laid_out_as_rich_does(columns, monkeypatch):
    """Whether it is narrow, so that a cell wraps, or not, so that all rows are one of tall cells."""
    rows = [("one", "1,000", "a 猫 that sits on the mat"), ("thirteen", "2", "a longer line, which does not fit")]
    titles = ("name", "size", "what it is")

    def printed(print_table):
        console = Console(file=io.StringIO(), width=columns, markup=False)
        monkeypatch.setattr("langzoo.cli.console.output", lambda: console)
        print_table(console)
        return [line.rstrip() for line in console.file.getvalue().splitlines()]

    def as_rows(console):
        table = plain_table()
        for title in titles:
            table.add_column(title, no_wrap=title == "name", justify="right" if title == "size" else "left")
        for row in rows:
            table.add_row(*row)
        console.print(table)

    lines = printed(lambda console: print_list(titles, rows, whole=("name",), right=("size",)))
    assert lines == printed(as_rows)
    assert (len(lines) > 3) == (columns == 30)
    torn = [(name, size, what.replace(" ", "\n", 1)) for name, size, what in rows]
    assert printed(lambda console: print_list(titles, torn, whole=("name",), right=("size",))) == lines
