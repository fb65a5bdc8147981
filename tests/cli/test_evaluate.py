import json
import math

import pytest


def test_json_and_table_agree(langzoo_run, word_run, text_file):
    found = json.loads(langzoo_run("evaluate", word_run, "--data", text_file, "--json").stdout)
    assert (found["tokens"], found["num_bytes"]) == (10, 31)  # 8 words and 2 ends of lines
    assert found["unknown_rate"] == 0
    assert found["perplexity"] == pytest.approx(math.exp(found["loss"]))
    assert found["bits_per_byte"] == pytest.approx(found["loss"] * 10 / 31 / math.log(2))
    result = langzoo_run("evaluate", word_run, "--data", text_file)
    assert f"{found['perplexity']:,.4f}" in result.stdout
    assert result.stderr == ""


def test_several_files_and_unknown_words(langzoo_run, word_run, text_file, tmp_path):
    (tmp_path / "b.txt").write_text("dog")
    found = json.loads(
        langzoo_run("evaluate", word_run, "--data", text_file, tmp_path / "b.txt", "--batch-size", 1, "--json").stdout
    )
    assert (found["tokens"], found["unknown_rate"]) == (12, 1 / 12)


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "is empty"), (b"a\x00b", "binary"), (b"\x80\x81", "UTF-8"), (None, "does not exist")]
)
def test_text_that_is_none(content, message, refused, word_run, tmp_path):
    if content is not None:
        (tmp_path / "a").write_bytes(content)
    assert message in refused("evaluate", word_run, "--data", tmp_path / "a", "--json")
