import json
import math

import langzoo.zoo as zoo
import numpy as np
import pytest

PAIRS = [("the cat", "the cats", 4.5), ('"the mat"', "狗 sat on", 1.0), ("猫", "狗", 3.0), ("on", "on", 5.0)]


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


@pytest.fixture(params=["STS-B", "three columns"])
def pairs_file(request, tmp_path):
    rows = [f"{first}\t{second}\t{score}" for first, second, score in PAIRS]
    if request.param == "STS-B":
        rows = ["index\tgenre\tsentence1\tsentence2\tscore", *(f"{i}\tnews\t{row}" for i, row in enumerate(rows))]
    path = tmp_path / "dev.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_sentence_similarity(langzoo_run, encoder_runs, pairs_file, keep_loaded):
    run = encoder_runs["text_encoder"]
    found = json.loads(langzoo_run("evaluate", run, "--task", "sts", "--data", pairs_file, "--json").stdout)
    assert (found["model"], found["task"], found["pairs"]) == (str(run), "sts", 4)
    assert found["milliseconds_per_sentence"] > 0
    first, second = ([pair[side] for pair in PAIRS] for side in (0, 1))
    model = zoo.load(run)
    cosines = (model.embed(first) * model.embed(second)).sum(-1)  # of length 1
    scores = [pair[2] for pair in PAIRS]
    assert found["pearson"] == pytest.approx(np.corrcoef(cosines, scores)[0, 1], abs=1e-5)
    ranks = [np.argsort(np.argsort(values)) for values in (cosines, scores)]
    assert found["spearman"] == pytest.approx(np.corrcoef(*ranks)[0, 1], abs=1e-9)
    shown = langzoo_run("evaluate", run, "--task", "sts", "--data", pairs_file).stdout
    assert f"{found['spearman']:.4f}" in shown and "ms per sentence" in shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sentence1\tsentence2\na\tb\n", "has no column score"),
        ("a\tb\t1\na\tb\tx\n", "line 2 has the score 'x', which is not a number"),
        ("a\tb\tnan\n", "line 1 has the score 'nan'"),
        ("a\tb\n", "line 1 has 2 columns: it must have sentence1, sentence2, score"),
        ("sentence1\tsentence2\tscore\n\n", "no sentence1 and sentence2 and score in it"),
        ("a\tb\t1\n", "a correlation needs at least two"),
        ("a\tb\t1\na\tc\t1\n", "all scores are 1"),
        ("a\ta\t1\nb\tb\t2\n", "the same similarity"),
    ],
)
def test_pairs_that_are_none(text, message, refused, encoder_runs, tmp_path, keep_loaded):
    (tmp_path / "a.tsv").write_text(text)
    run = encoder_runs["text_encoder"]
    assert message in refused("evaluate", run, "--task", "sts", "--data", tmp_path / "a.tsv")


def test_the_task_is_the_models_own(langzoo_run, refused, encoder_runs, word_run, text_file):
    assert langzoo_run("evaluate", word_run, "--task", "causal_lm", "--data", text_file).exit_code == 0
    assert "--task sts is not for a causal_lm model" in refused(
        "evaluate", word_run, "--task", "sts", "--data", text_file
    )
    run = encoder_runs["text_encoder"]
    assert "add --task sts" in refused("evaluate", run, "--data", text_file)
    assert "use --task sts" in refused("evaluate", run, "--task", "causal_lm", "--data", text_file)
    assert "cannot be trained here" in refused("evaluate", encoder_runs["replaced_token_detector"], "--data", text_file)
    assert "must have text, label" in refused("evaluate", encoder_runs["text_classifier"], "--data", text_file)


def test_masked_tokens(langzoo_run, encoder_runs, tmp_path):
    (tmp_path / "a.txt").write_text("the cat sat on the mat, " * 30)
    result = langzoo_run("evaluate", encoder_runs["masked_lm"], "--data", tmp_path / "a.txt")
    assert "nats per masked token" in result.stdout
    assert "bits per byte" not in result.stdout
