import pytest
from langzoo.cli.file_list_command import repeat_option


@pytest.mark.parametrize(
    ("line", "repeated"),
    [
        ("m --data a", "m --data a"),
        ("m --data a b --valid c d -x e", "m --data a --data b --valid c --valid d -x e"),
        ("m --data a --data b c", "m --data a --data b --data c"),
        ("m --data=a b", "m --data=a --data b"),
        ("m --data -", "m --data -"),
        ("--data a -- m b", "--data a -- m b"),
        ("m --text a b", "m --text a b"),
        ("m --data", "m --data"),
    ],
)
def test_every_value_gets_the_option(line, repeated):
    assert repeat_option(line.split(), {"--data", "--valid"}) == repeated.split()
