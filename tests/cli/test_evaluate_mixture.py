import json

import pytest


def test_a_cache_beside_a_model(langzoo_run, word_run, tmp_path):
    (tmp_path / "a.txt").write_text("the cat sat on the mat\n" * 10)
    asked = ("evaluate", word_run, "--data", tmp_path / "a.txt", "--cache", 50)
    found = json.loads(langzoo_run(*asked, "--weights", "0.4,0.6", "--json").stdout)
    assert [part["weight"] for part in found["components"]] == [0.4, 0.6]
    assert found["components"][1]["name"] == "cache" and found["perplexity"] < found["components"][0]["perplexity"]
    result = langzoo_run(*asked, "--weights", "0.4,0.6")
    assert f"{found['perplexity']:,.4f}" in result.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--cache", 0), "--cache 0: must be from 1"),
        (("--cache", 5, "--weights", "a"), "--weights a: must be numbers"),
        (("--cache", 5, "--weights", "0.5,0.6"), "--weights: they must sum to 1, not to 1.1"),
        (("--weights", "1"), "--held-out, --weights and --cache-decay are for mixtures"),
        (("--cache", 5, "--bootstrap", 9), "--with and --cache give perplexities only"),
        (("--with", "nowhere"), "unknown model 'nowhere'"),
    ],
)
def test_one_clear_line(options, message, refused, word_run, text_file):
    assert message in refused("evaluate", word_run, "--data", text_file, *options)
