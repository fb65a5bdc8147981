"""What models that count say of bad input, by the command line: one line, exit code 2, and no run."""

import pytest

LABELLED = "text\tlabel\nthe cat\tgood\nthe dog\tbad\ncat dog\tgood\n"


@pytest.mark.ci
@pytest.mark.parametrize(
    ("model", "text", "options", "message"),
    [
        ("kneser_ney_5", "the cat\n", [], "order 5 is larger than the text: no line or text has 4 tokens or more"),
        ("ngram_katz", "the cat\n" * 9, ["--set", "model.order=10"], "order 10 is larger than the text"),
        ("kneser_ney_3", "the cat\n", ["--set", "memory=900TB"], "--set memory=900TB: this machine has"),
        ("kneser_ney_3", "the cat\n", ["--set", "model.order=11"], "order must be less than or equal to 10"),
        ("bigram", "\n", [], "the text to train the vocabulary on is empty"),
        ("hmm_tiny", "the cat\n", ["--set", "model.num_states=0"], "num_states must be greater than or equal to 1"),
        ("naive_bayes", "text\tlabel\na\tgood\nb\tgood\n", [], "--data has only one label, 'good'"),
        ("naive_bayes", "text\ngood\n", [], "label"),
        ("naive_bayes", LABELLED, ["--task", "causal_lm"], "unknown task of the family bayes: 'causal_lm'"),
        ("naive_bayes", LABELLED, ["--labels", "good,bad,fair"], "no text with the label 'fair'"),
        ("naive_bayes", LABELLED, ["--set", "model.pseudo_count=0"], "pseudo_count must be greater than 0"),
        ("naive_bayes", LABELLED, ["--set", "fitter=gradient"], "unknown fitter of bayes models: 'gradient'"),
        ("chow_liu", LABELLED, ["--set", "model.num_words=5000"], "num_words must be less than or equal to 4096"),
        ("chow_liu", "text\tlabel\na\t1\nb\t2\n", ["--set", "objective.name=score"], "one of several labels"),
    ],
)
def test_bad_input(model, text, options, message, refused, tmp_path):
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    told = refused(
        "train", model, "--data", tmp_path / "a.txt", "--tokenizer", "word", "--run", tmp_path / "run", *options
    )
    assert message in told and len(told) < 400
    assert not (tmp_path / "run" / "config.json").exists()


def test_a_tokenizer_without_a_token_for_unknown_words(refused, tmp_path):
    (tmp_path / "vocabulary.txt").write_text("<eos>\nthe\n")
    (tmp_path / "a.txt").write_text("the cat\n")
    told = refused(
        "train",
        "bigram",
        "--data",
        tmp_path / "a.txt",
        "--tokenizer",
        tmp_path / "vocabulary.txt",
        "--run",
        tmp_path / "r",
    )
    assert "does not hold '[UNK]': add it" in told and not (tmp_path / "r" / "config.json").exists()
