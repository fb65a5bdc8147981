import json
import math

import langzoo.zoo as zoo
import pytest
from langzoo.cli.text_batches import BATCH_BYTES


def test_json(langzoo_run, word_run):
    result = langzoo_run("score", word_run, "--text", "the cat", "--text", "猫,dog", "--json")
    first, second = json.loads(result.stdout)
    assert first["text"] == "the cat"
    assert (first["tokens"], second["tokens"]) == (["the", "cat"], ["猫", ",", "<unk>"])
    (expected,) = zoo.load(word_run).score(["the cat"])
    assert first["log_probabilities"] == pytest.approx(expected["log_probabilities"], abs=1e-6)
    assert first["log_probability"] == pytest.approx(sum(expected["log_probabilities"]), abs=1e-6)
    assert first["perplexity"] == pytest.approx(math.exp(-first["log_probability"] / 2))


def test_the_lines_of_a_file_in_order_and_in_batches(langzoo_run, byte_run, tmp_path):
    long = "x" * (BATCH_BYTES // 2 + 1)
    texts = ["a", "", long, "b\u2028c", "d"]
    (tmp_path / "a.txt").write_text("\r\n".join(texts) + "\n", encoding="utf-8", newline="")
    results = json.loads(langzoo_run("score", byte_run, "--file", tmp_path / "a.txt", "--json").stdout)
    assert [result["text"] for result in results] == texts
    assert results[1]["perplexity"] is None
    assert len(results[2]["tokens"]) == len(long)
    (alone,) = zoo.load(byte_run).score(["d"])
    assert results[4]["log_probabilities"] == pytest.approx(alone["log_probabilities"], abs=1e-6)


def test_standard_input(langzoo_run, byte_run):
    for line in ([], ["--file", "-"]):
        result = langzoo_run("score", byte_run, *line, "--json", input="ab\n猫\n")
        assert [entry["text"] for entry in json.loads(result.stdout)] == ["ab", "猫"]


def test_the_table(langzoo_run, byte_run):
    result = langzoo_run("score", byte_run, "--text", "a\x1b[31m\n猫")
    assert result.stdout.startswith("a\\x1b[31m\n猫\n")
    assert "\x1b" not in result.stdout
    assert "\\n " in result.stdout  # the name of the token
    assert "10 tokens" in result.stdout


def test_refusals(refused, byte_run, tmp_path):
    assert "standard input is empty" in refused("score", byte_run, input="")
    assert "standard input is not UTF-8" in refused("score", byte_run, input=b"\xff\n")
    assert "does not exist" in refused("score", byte_run, "--file", tmp_path / "none")
    assert "not UTF-8" in refused("score", byte_run, "--text", "\udcff")


def test_pairs_of_a_sequence_to_sequence_model(langzoo_run, seq2seq_run, tmp_path, keep_loaded):
    (tmp_path / "a.txt").write_text("mat\tthe cat\n", encoding="utf-8")
    line = ["--text", "the cat", "--target", "猫 sat", "--file", tmp_path / "a.txt"]
    first, second = json.loads(langzoo_run("score", seq2seq_run, *line, "--json").stdout)
    assert (first["text"], first["target"], first["tokens"]) == ("the cat", "猫 sat", ["猫", "sat", "<eos>"])
    assert (second["text"], second["target"]) == ("mat", "the cat")
    expected = zoo.load(seq2seq_run).score(["the cat"], ["猫 sat"])[0]
    assert first["log_probabilities"] == pytest.approx(expected["log_probabilities"], abs=1e-5)
    assert langzoo_run("score", seq2seq_run, *line).stdout.startswith("the cat\n猫 sat\n")


def test_targets_that_are_missing_or_not_wanted(refused, seq2seq_run, word_run, encoder_runs, tmp_path):
    assert "add --pair TEXT for each --text" in refused("score", seq2seq_run, "--text", "the")
    assert "--pair is given 1 times" in refused("score", seq2seq_run, "--text", "the", "--text", "cat", "--pair", "mat")
    (tmp_path / "a.txt").write_text("the\tcat\nmat\n")
    assert "line 2 has no target" in refused("score", seq2seq_run, "--file", tmp_path / "a.txt")
    assert "--pair is for sequence-to-sequence" in refused("score", word_run, "--text", "the", "--target", "cat")
    assert "langzoo predict is" in refused("score", encoder_runs["text_classifier"], "--text", "the")


@pytest.mark.ci
def test_masked_models_hide_each_token_once(langzoo_run, refused, encoder_runs, text_file):
    run = encoder_runs["masked_lm"]
    (found,) = json.loads(langzoo_run("score", run, "--text", "the cats", "--json").stdout)
    assert found["tokens"] == ["the", "cat", "##s"]
    assert found["pseudo_perplexity"] == pytest.approx(math.exp(-sum(found["log_probabilities"]) / 3))
    assert "pseudo-perplexity" in langzoo_run("score", run, "--text", "the cats").stdout
    lines = langzoo_run("score", run, "--file", text_file, "--json").stdout
    scores = [each for row in json.loads(lines) for each in row["log_probabilities"]]
    line = ["evaluate", run, "--data", text_file, "--metric", "pseudo_perplexity"]
    measured = json.loads(langzoo_run(*line, "--json").stdout)["metrics"]["pseudo_perplexity"]
    assert measured == pytest.approx(math.exp(-sum(scores) / len(scores)))
    assert "--errors is not for --metric pseudo_perplexity" in refused(*line, "--errors", 2)
