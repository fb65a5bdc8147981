import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign import read_config


def test_a_configuration(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert", "layers": [1, {"名": null}]}', encoding="utf-8")
    assert read_config(tmp_path) == {"model_type": "bert", "layers": [1, {"名": None}]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is missing"),
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 200_000, "is not JSON"),
        (b'{"a": ' + b"1" * 10_000 + b"}", "is not JSON"),
        (b'{"a": 1, "a": 2}', "a name occurs twice"),
        (b"[1]", "must hold a JSON object"),
        (b" " * 2**20 + b"{}", "larger than 1,048,576 bytes"),
    ],
)
def test_what_is_none(tmp_path, content, message):
    if content is not None:
        (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        read_config(tmp_path)
    assert "\n" not in str(caught.value) and str(tmp_path) in str(caught.value)
