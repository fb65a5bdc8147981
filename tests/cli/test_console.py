import json

import pytest
from langzoo.cli.console import print_json, printable_text
from langzoo.layers.plain.size_in_words import size_in_words


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
