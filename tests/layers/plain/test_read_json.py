import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.read_json import parse_json, read_json


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[" * 100_000, "nested deeper"),
        (b"[" * 65 + b"]" * 65, "nested deeper"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "nested deeper"),
        (b"1" * 5000, "an integer of 5,000 digits"),
        (b'{"a": 1, "a": 2}', "a name occurs twice"),
        (b'{"a": "\\ud83d"}', "half of a surrogate pair"),
        (b'{"\\uDE00": 1}', "half of a surrogate pair"),
        (b'{"a": "\xff"}', "utf-8"),
        (b"", "Expecting value"),
        (b'{"a": 1', "Expecting"),
    ],
)
def test_what_is_refused(content, reason):
    with pytest.raises(UserError, match=reason) as caught:
        parse_json(content, "config.json")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


def test_what_published_files_hold_is_read():
    content = b'\xef\xbb\xbf{"model_max_length": 1000000000000000019884624838656, "emoji": "\\ud83d\\ude00"}'
    assert parse_json(content, "x") == {"model_max_length": 1000000000000000019884624838656, "emoji": "😀"}


def test_files(tmp_path):
    (tmp_path / "list").write_text("[]")
    with pytest.raises(UserError, match="must hold a JSON object"):
        read_json(tmp_path / "list", max_bytes=10)
    with pytest.raises(UserError, match="larger than 1 bytes: train it again"):
        read_json(tmp_path / "list", max_bytes=1, mend="train it again")
