import json

import pytest
from langzoo.layers import load_tokenizer


def test_words(langzoo_run, text_file, tmp_path):
    out = tmp_path / "tokenizer"
    result = langzoo_run(
        "tokenizer", "train", "--kind", "word", "--data", text_file, text_file, "--size", 4, "--out", out
    )
    assert result.exit_code == 0
    assert "sat  the" in result.stdout  # twice each; ties in the order of code points
    assert load_tokenizer(out).vocabulary == ["<unk>", "<eos>", "sat", "the"]


def test_options_reach_the_tokenizer_and_json(langzoo_run, tmp_path):
    (tmp_path / "a.txt").write_text("The cat, the 猫猫.", encoding="utf-8")
    out = tmp_path / "tokenizer"
    line = ["--lowercase", "--split", "punctuation", "--min-frequency", 2, "--out", out, "--json"]
    result = langzoo_run("tokenizer", "train", "--kind", "word", "--data", tmp_path / "a.txt", *line)
    assert json.loads(result.stdout) == {
        "path": str(out),
        "kind": "word",
        "vocabulary_size": 4,
        "most_frequent": ["the", "猫"],
    }
    assert load_tokenizer(out).options == {"lowercase": True, "split": "punctuation"}


def test_bytes_need_no_text(langzoo_run, tmp_path):
    result = langzoo_run(
        "tokenizer", "train", "--kind", "byte", "--out", tmp_path, "--json"
    )  # an empty folder is no obstacle
    assert json.loads(result.stdout)["vocabulary_size"] == 257
    assert load_tokenizer(tmp_path).kind == "byte"


@pytest.mark.parametrize("kind", ["wordpiece", "bpe"])
def test_pieces(kind, langzoo_run, tmp_path):
    (tmp_path / "a.txt").write_text("the them the 猫猫 the\nthe other\n" * 3, encoding="utf-8")
    out = tmp_path / "tokenizer"
    line = ["--kind", kind, "--data", tmp_path / "a.txt", "--size", 290, "--out", out, "--json"]
    found = json.loads(langzoo_run("tokenizer", "train", *line).stdout)
    tokenizer = load_tokenizer(out)
    assert found["kind"] == tokenizer.kind == kind and found["vocabulary_size"] == tokenizer.vocabulary_size
    assert found["most_frequent"][0] in ("the", "Ġthe")  # counted in the text: seen three times a line
    assert "other" in tokenizer.detokenize(tokenizer("the other")).numpy().decode()


def test_chinese_is_readable(langzoo_run, tmp_path):
    (tmp_path / "a.txt").write_text("酒店很好，酒店\n" * 5, encoding="utf-8")
    line = ["--data", tmp_path / "a.txt", "--size", 300, "--out", tmp_path / "tokenizer"]
    found = langzoo_run("tokenizer", "train", "--kind", "bpe", *line).stdout
    assert "酒店" in found and "éħĴ" not in found


def test_a_vocabulary_that_came_out_smaller_says_so(langzoo_run, text_file, tmp_path):
    line = ["--kind", "word", "--data", text_file, "--size", "5000"]
    found = langzoo_run("tokenizer", "train", *line, "--out", tmp_path / "a").stdout
    assert "of 5,000 requested: the text has no more" in found
    assert "requested" not in langzoo_run("tokenizer", "train", *line[:-1], "4", "--out", tmp_path / "b").stdout


def test_options_of_unigram(langzoo_run, tmp_path):
    (tmp_path / "a.txt").write_text("你好，世界！ 你好，" + "a b " * 4000 + "龘", encoding="utf-8")
    line = ["--kind", "unigram", "--data", tmp_path / "a.txt", "--normalization", "none", "--character-coverage", 0.99]
    result = langzoo_run("tokenizer", "train", *line, "--byte-fallback", "--out", tmp_path / "tokenizer")
    assert result.exit_code == 0, result.output
    tokenizer = load_tokenizer(tmp_path / "tokenizer")
    assert "，" in tokenizer.detokenize(tokenizer("你好，")).numpy().decode() and "<0xE9>" in tokenizer.tokens


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"a\x00b", "binary"), (b"\xff\xfe\xfd", "UTF-8"), (None, "does not exist")],
)
def test_text_that_is_none(content, message, refused, tmp_path):
    if content is not None:
        (tmp_path / "a").write_bytes(content)
    assert message in refused("tokenizer", "train", "--kind", "word", "--data", tmp_path / "a", "--out", tmp_path / "t")
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--kind wrd --data {file} --out {new}", "Did you mean word?"),
        ("--kind word --out {new}", "--data is missing"),
        ("--kind word --data {file} --out {folder}", "not an empty folder"),
        ("--kind word --data {file} --out {file}", "not an empty folder"),
        ("--kind char --lowercase --data {file} --out {new}", "lowercase"),
        ("--kind word --split letters --data {file} --out {new}", "letters"),
        ("--kind word --size 1 --data {file} --out {new}", "size"),
        ("--kind byte --size 9 --out {new}", "257"),
        ("--kind bpe --size 9 --data {file} --out {new}", "257"),
        ("--kind bpe --lowercase --data {file} --out {new}", "lowercase"),
        ("--kind word --normalization none --data {file} --out {new}", "normalization"),
        ("--kind unigram --normalization nfd --data {file} --out {new}", "normalization must be nfkc or none"),
        ("--kind unigram --character-coverage 2 --data {file} --out {new}", "--character-coverage"),
        ("--kind wordpiece --size 9 --data {file} --out {new}", "16"),
    ],
)
def test_refusals(line, message, refused, text_file, tmp_path):
    line = line.format(file=text_file, folder=tmp_path, new=tmp_path / "new")
    assert message in refused("tokenizer", "train", *line.split())
    assert not (tmp_path / "new").exists()
