import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text import vocabulary_file as module
from langzoo.layers.plain.text.vocabulary_file import read_vocabulary, write_vocabulary


def test_quoted_lines_keep_every_character(tmp_path):
    path = tmp_path / "vocabulary.txt"
    tokens = [chr(point) for point in range(0x3100) if not 0xD800 <= point <= 0xDFFF] + [
        "猫",
        "𠮷",
        "😀",
        "<unk>",
        "\U0010ffff",
    ]
    write_vocabulary(path, tokens, quoted=True)
    assert read_vocabulary(path, quoted=True) == tokens
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) == len(tokens)  # also for editors, which break lines at U+2028 and U+0085
    assert '"猫"\n' in text and '"\\n"\n' in text


def test_plain_lines_may_end_as_on_windows(tmp_path):
    path = tmp_path / "vocabulary.txt"
    write_vocabulary(path, ["<unk>", "don't", "猫", '"', "\\n"], quoted=False)
    assert path.read_bytes() == "<unk>\ndon't\n猫\n\"\n\\n\n".encode()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n").removesuffix(b"\r\n"))
    assert read_vocabulary(path, quoted=False) == ["<unk>", "don't", "猫", '"', "\\n"]


def test_only_newlines_end_lines(tmp_path):
    path = tmp_path / "vocabulary.txt"
    path.write_bytes('"a"\n"\u2028"\n"\x85b"\n'.encode())  # as other programs write JSON
    assert read_vocabulary(path, quoted=True) == ["a", "\u2028", "\x85b"]
    assert len(read_vocabulary(path, quoted=False)) == 3


@pytest.mark.parametrize(
    ("data", "quoted", "message"),
    [
        (b"", False, "is empty: train"),
        (b"a\n\nb\n", False, "line 2: is empty"),
        (b"a\n\xff\n", False, "not UTF-8 .byte 2."),
        (b'"a"\nb\n', True, "line 2: is not a JSON string"),
        (b'"a"\n17\n', True, "line 2: is not a JSON string"),
        (b'"a"\n["b"]\n', True, "line 2: is not a JSON string"),
        (b"[" * 100_000, True, "line 1: is not a JSON string"),
    ],
)
def test_garbled_files(tmp_path, data, quoted, message):
    path = tmp_path / "vocabulary.txt"
    path.write_bytes(data)
    with pytest.raises(UserError, match=message) as caught:
        read_vocabulary(path, quoted=quoted)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_bounds(tmp_path, monkeypatch):
    path = tmp_path / "vocabulary.txt"
    with pytest.raises(UserError, match="is missing"):
        read_vocabulary(path, quoted=False)
    with pytest.raises(UserError, match="is a folder"):
        read_vocabulary(tmp_path, quoted=False)
    path.write_bytes(b"a\nb\nc\n")
    monkeypatch.setattr(module, "MAX_VOCABULARY_SIZE", 2)
    with pytest.raises(UserError, match="more than 2 tokens"):
        read_vocabulary(path, quoted=False)
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 5)
    with pytest.raises(UserError, match="larger than 5 bytes"):
        read_vocabulary(path, quoted=False)
