import pytest
from langzoo.cli.settings import parse_settings
from langzoo.layers.plain.errors import UserError


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("k=7", 7),
        ("k=1e-3", 0.001),
        ("k=true", True),
        ("k=null", None),
        ("k=[1, 2]", [1, 2]),
        ("k=sgd", "sgd"),
        ('k="7"', "7"),
        ("k=a=b", "a=b"),
        ("k=", ""),
        (" k = 猫 ", "猫"),
        ("k=NaN", "NaN"),
        ("k=-Infinity", "-Infinity"),
        ("k=" + "[" * 100_000, "[" * 100_000),
    ],
)
def test_values(setting, value):
    parsed = parse_settings([setting])
    assert parsed == {"k": value}
    assert type(parsed["k"]) is type(value)


def test_the_last_one_counts():
    assert parse_settings(["a.b=1", "c=2", "a.b=3"]) == {"a.b": 3, "c": 2}


@pytest.mark.parametrize("setting", ["seed", "", "=7", " =7"])
def test_without_a_key_or_a_value(setting):
    with pytest.raises(UserError, match="write it as key=value"):
        parse_settings([setting])
