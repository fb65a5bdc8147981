import json

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.text import (
    ByteLevelBPETokenizer,
    ByteTokenizer,
    CharacterTokenizer,
    WordPieceTokenizer,
    WordTokenizer,
    load_tokenizer,
)


@pytest.fixture
def folder(tmp_path):
    WordTokenizer(["<unk>", "<eos>", "cat"], lowercase=True, split="punctuation").save_assets(tmp_path)
    return tmp_path


def test_the_files_are_plain(folder):
    description = json.loads((folder / "tokenizer.json").read_text())
    assert description.pop("digest") == load_tokenizer(folder).digest
    assert description == {
        "format": 1,
        "kind": "word",
        "options": {"lowercase": True, "split": "punctuation"},
        "vocabulary_size": 3,
    }
    assert (folder / "vocabulary.txt").read_bytes() == b"<unk>\n<eos>\ncat\n"
    assert sorted(path.name for path in folder.iterdir()) == ["tokenizer.json", "vocabulary.txt"]


def test_bytes_have_no_vocabulary_file(tmp_path):
    ByteTokenizer().save_assets(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["tokenizer.json"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "wordpeace"}, "unknown tokenizer 'wordpeace'.*byte, .*character, .*word"),
        ({"kind": "../../etc/passwd"}, "unknown tokenizer"),
        ({"kind": ["word"]}, 'names no "kind"'),
        ({"format": 2}, "has format 2, this version reads format 1"),
        ({"options": []}, '"options" must be a JSON object'),
        ({"options": {"vocabulary": ["a"]}}, "'vocabulary' is no option of a word tokenizer"),
        ({"options": {"name": "x"}}, "'name' is no option of a word tokenizer"),
        ({"options": {"split": "x"}}, "split must be one of"),
        ({"options": {"split": ["whitespace"]}}, "split must be one of"),
        ({"options": {"lowercase": 1}}, "lowercase must be True or False"),
        ({"vocabulary_size": 4}, "holds 3 tokens where tokenizer.json says 4"),
    ],
)
def test_descriptions_that_lie(folder, changes, message):
    path = folder / "tokenizer.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    with pytest.raises(UserError, match=message) as caught:
        load_tokenizer(folder)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300 + len(str(folder))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 200_000, "is not JSON"),
        (b"1" * 10_000, "is not JSON"),
        (b"[]", "must hold a JSON object"),
        (b" " * 2**20 + b"{}", "larger than 1,048,576 bytes"),
        (b"\x80\x04\x95pickle", "is not JSON"),
    ],
)
def test_garbled_descriptions(folder, data, message):
    (folder / "tokenizer.json").write_bytes(data)
    with pytest.raises(UserError, match=message):
        load_tokenizer(folder)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "vocabulary.txt is empty"),
        (b"<unk>\n<eos>\ncat\ncat\n", "'cat' occurs twice"),
        (b"<unk>\n<eos>\n", "holds 2 tokens where"),
        (b"<unk>\ncat\ndog\n", "does not hold <eos>"),
        (b"<unk>\n<eos>\na cat\n", "white space"),
    ],
)
def test_garbled_vocabularies(folder, data, message):
    (folder / "vocabulary.txt").write_bytes(data)
    with pytest.raises(UserError, match=message) as caught:
        load_tokenizer(folder)
    assert str(folder) in str(caught.value)


def test_missing_files(folder):
    (folder / "vocabulary.txt").unlink()
    with pytest.raises(UserError, match=r"vocabulary\.txt is missing"):
        load_tokenizer(folder)
    with pytest.raises(UserError, match=r"tokenizer\.json is missing"):
        load_tokenizer(folder / "nowhere")


TRAINED = {
    "word": WordTokenizer(["<unk>", "<eos>", "cat", "dog"]),
    "character": CharacterTokenizer(["<unk>", "<eos>", "a", "b"]),
    "wordpiece": WordPieceTokenizer(["[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]", "cat", "##s"]),
    "bpe": ByteLevelBPETokenizer([*byte_alphabet(), "ab", "abc", "<|endoftext|>"], merges=["a b", "ab c"]),
}


@pytest.mark.parametrize("kind", TRAINED)
def test_files_that_are_not_the_described_ones(tmp_path, kind):
    """Any line of any file lost, at a line end, or changed: refused, though what is left may be a vocabulary."""
    TRAINED[kind].save_assets(tmp_path)
    load_tokenizer(tmp_path)
    for path in tmp_path.glob("*.txt"):
        whole = path.read_bytes()
        lines = whole.splitlines(keepends=True)
        for cut in (b"".join(lines[:-1]), b"".join([*lines[:-2], lines[-1], lines[-2]])):
            path.write_bytes(cut)
            with pytest.raises(UserError):
                load_tokenizer(tmp_path)
        path.write_bytes(whole)
