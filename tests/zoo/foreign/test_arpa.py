"""ARPA files: out, in again, and hostile ones; KenLM's own reader, where it is installed."""

import gzip
import math
import warnings

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers import ByteTokenizer, WordTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.fitting.smoothing import fit_ngrams
from langzoo.zoo.foreign.read_arpa import read_arpa
from langzoo.zoo.import_model import import_model
from langzoo.zoo.import_remark import ImportRemark

from tests.checks.sentences import corpus_of, sentences

# Probabilities of powers of ten, so that sums are seen: 0.1, 0.5...
GOOD = """
\\data\\
ngram 1=5
ngram 2=3
ngram 3=1

\\1-grams:
-1.0\t<unk>
-99\t<s>\t-0.5
-0.30103\t</s>
-1\tthe\t-0.2
-0.69897\tcat\t-0.1

\\2-grams:
-0.30103\t<s> the\t-0.25
-0.5\tthe cat\t0.05
-0.4 cat </s>

\\3-grams:
-0.1\t<s> the cat

\\end\\
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    corpus, tokenizer = corpus_of(sentences(), tmp_path_factory.mktemp("text"))
    config = zoo.named_model("kneser_ney_3").config
    return fit_ngrams(config, corpus, name="kneser_ney_3", tokenizer=tokenizer)


@pytest.mark.parametrize("compress", [False, True])
def test_what_is_written_and_read_back_says_the_same(compress, model, tmp_path):
    report = zoo.export_model(model, tmp_path / "out", format="arpa", compress=compress)
    assert report.path.name == ("kneser_ney_3.arpa.gz" if compress else "kneser_ney_3.arpa")
    again = import_model(report.path)
    assert again.config.smoothing == "imported" and again.name == "kneser_ney_3"
    texts = ["a b c\n", "\n", "f never d what\n", "a a a a a b"]
    for ours, theirs in zip(model.score(texts), again.score(texts), strict=True):
        np.testing.assert_allclose(ours["log_probabilities"], theirs["log_probabilities"], atol=1e-5)


def test_kenlm_reads_it(model, tmp_path):
    kenlm = pytest.importorskip("kenlm")
    report = zoo.export_model(model, tmp_path / "out", format="arpa")
    theirs = kenlm.Model(str(report.path))
    lines = [" ".join(line) for line in sentences(seed=5, count=30)] + ["a unheard b"]
    for line, found in zip(lines, model.score([f"{line}\n" for line in lines]), strict=True):
        assert sum(found["log_probabilities"]) / math.log(10) == pytest.approx(theirs.score(line), abs=1e-4)


def test_a_file_by_hand(tmp_path):
    (tmp_path / "mine.arpa").write_text(GOOD)
    found = import_model(tmp_path / "mine.arpa")
    assert found.tokenizer.vocabulary == ["<unk>", "<eos>", "the", "cat"]
    (scored,) = found.score(["the cat dog\n"])
    logs = np.array(scored["log_probabilities"]) / math.log(10)
    # cat after <s> the; <unk> after the cat: 0.05 - 0.1 - 1; </s> after <unk>: alone.
    np.testing.assert_allclose(logs, [-0.30103, -0.1, 0.05 - 0.1 - 1, -0.30103], atol=1e-5)


def test_without_unk_unseen_words_are_all_but_impossible(tmp_path):
    text = GOOD.replace("-1.0\t<unk>\n", "").replace("ngram 1=5", "ngram 1=4")
    (tmp_path / "closed.arpa").write_text(text)
    with pytest.warns(ImportRemark, match="it has no <unk>"):
        found = import_model(tmp_path / "closed.arpa")
    (scored,) = found.score(["dog"])
    assert scored["log_probabilities"][0] == pytest.approx((-99 - 0.5) * math.log(10), rel=1e-5)
    with pytest.raises(UserError, match=r"it has no <unk>.*--strict refuses"):
        import_model(tmp_path / "closed.arpa", strict=True)


def test_unk_in_capitals(tmp_path):
    """KenLM reads it, too."""
    (tmp_path / "mine.arpa").write_text(GOOD)
    (tmp_path / "other.arpa").write_text(GOOD.replace("<unk>", "<UNK>"))
    one, other = (import_model(tmp_path / f"{name}.arpa").score(["the cat dog\n"]) for name in ("mine", "other"))
    assert one == other


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("ngram 2=3", "ngram 2=4", r"line 18: the header has 4 n-grams of order 2, of which there are 3"),
        ("ngram 2=3", "ngram 2=2", r"line 17: the header has 2 n-grams of order 2, of which this is one more"),
        ("ngram 2=3", "ngram 2=99999999999999", r"line 4: 99,999,999,999,999 n-grams are more than can be read"),
        ("ngram 2=3", "ngram 2=2147483000", r"line 18: the header has 2,147,483,000 n-grams of order 2"),
        ("ngram 2=3", "ngram 3=3", r"line 4: must be ngram 2=NUMBER, not 'ngram 3=3'"),
        ("ngram 2=3", "ngram two", r"line 4: must be ngram 2=NUMBER"),
        ("-0.5\tthe cat", "0.5\tthe cat", r"line 16: a probability is over one: its log10 is '0.5'"),
        (
            "-0.5\tthe cat",
            "nan\tthe cat",
            r"line 16: log10 of a probability must .* from -1000 to 0, not 'nan'",
        ),
        ("-0.5\tthe cat", "-inf\tthe cat", r"line 16: log10 of a probability must be a number"),
        ("-0.5\tthe cat", "x\tthe cat", r"line 16: log10 of a probability must be a number"),
        ("the cat\t0.05", "the cat\tinf", r"line 16: a weight must be a number from -1000 to 1000, not 'inf'"),
        ("the cat\t0.05", "the cat\t0.05 9 9", r"line 16: must be a number, 2 words and perhaps a number"),
        ("-0.5\tthe cat", "-0.5\tthe dog", r"line 16: 'dog' is not one of the words of order 1"),
        ("-0.5\tthe cat", "-0.5\tthe <s>", r"line 16: <s> stands after a word"),
        ("-0.5\tthe cat", "-0.5\t</s> cat", r"line 16: </s> stands before a word"),
        ("-0.5\tthe cat", "-0.5\t<s> the", r"line 16: the n-gram is there twice"),
        ("-0.5\tthe cat", "-0.1\t<s> cat", r"line 15: the probabilities after these words sum to 1.294, over one"),
        ("-1\tthe\t", "-0.1\tthe\t", r"line 8: the probabilities of the words from here on sum to 1.594, over one"),
        ("-1\tthe\t", "-1\tcat\t", r"line 12: the word 'cat' is there twice"),
        ("-0.30103\t</s>", "-0.30103\tdog", r"line 8: the words must have </s>"),
        ("-1\tthe\t", "-1\t<eos>\t", r"line 11: <eos> is what this package calls </s>"),
        ("-0.1\t<s> the cat", "-0.1\tcat the cat", r"line 20: the first 2 words are not one of the n-grams of order 2"),
        ("\\2-grams:", "\\4-grams:", r"line 14: must be .2-grams:, not "),
        ("\\end\\", "\\4-grams:", r"line 22: must be .end"),
        ("-0.1\t<s> the cat", "-0.1\t<s> " + "t" * 70000 + " cat", r"line 20: is longer than 65,536 bytes"),
    ],
)
def test_a_file_that_lies_is_told_with_its_line(before, after, message, tmp_path):
    assert before in GOOD
    (tmp_path / "bad.arpa").write_text(GOOD.replace(before, after, 1))
    with pytest.raises(UserError, match=message) as caught:
        read_arpa(tmp_path / "bad.arpa")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


@pytest.mark.parametrize("length", range(0, len(GOOD) - 7, 13))
def test_a_file_that_was_cut(length, tmp_path):
    (tmp_path / "cut.arpa").write_text(GOOD[:length])
    with pytest.raises(UserError, match=r"cut.arpa, line [\d,]+: "):
        read_arpa(tmp_path / "cut.arpa")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("\n" * 3_000_000, r"line 10,000: the 10,000 lines up to here are empty"),
        ("of a model\n" * 3_000_000, r"line 10,000: there is no .data. in the first 10,000 lines"),
    ],
)
def test_a_small_file_that_unpacks_to_lines_without_end(more, message, tmp_path):
    (tmp_path / "bomb.arpa.gz").write_bytes(gzip.compress((more + GOOD).encode()))
    with pytest.raises(UserError, match=message):
        read_arpa(tmp_path / "bomb.arpa.gz")


def test_a_gzip_file_that_was_cut(tmp_path):
    packed = gzip.compress(GOOD.encode())
    (tmp_path / "cut.arpa.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(UserError, match="is a damaged gzip file"):
        read_arpa(tmp_path / "cut.arpa.gz")


def test_words_that_are_no_text(tmp_path):
    (tmp_path / "bad.arpa").write_bytes(GOOD.encode().replace(b"\tthe\t", b"\tth\xff\t", 1))
    with pytest.raises(UserError, match=r"line 11: the word .* is not UTF-8"):
        read_arpa(tmp_path / "bad.arpa")


def test_what_cannot_be_written(model, tmp_path):
    with pytest.raises(UserError, match="--format arpa is for back-off n-gram models"):
        zoo.export_model(zoo.create("bigram", tokenizer=ByteTokenizer()), tmp_path / "a", format="arpa")
    with pytest.raises(UserError, match="no way to write the token"):
        zoo.export_model(zoo.create("kneser_ney_3", tokenizer=ByteTokenizer()), tmp_path / "b", format="arpa")
    twice = zoo.create("kneser_ney_3", tokenizer=WordTokenizer(["<unk>", "<eos>", "<s>"]))
    with pytest.raises(UserError, match="cannot have two words '<s>'"):
        zoo.export_model(twice, tmp_path / "c", format="arpa")
    assert not list(tmp_path.iterdir())


def test_another_task_or_tokenizer(tmp_path):
    (tmp_path / "mine.arpa").write_text(GOOD)
    for given in ({"task": "masked_lm"}, {"tokenizer": None}):
        with warnings.catch_warnings(), pytest.raises(UserError, match="with its own tokenizer: name no other"):
            import_model(tmp_path / "mine.arpa", **given)
