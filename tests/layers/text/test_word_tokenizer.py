import os
import subprocess
import sys

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordTokenizer


def test_ids_follow_the_vocabulary_wherever_the_specials_stand():
    tokenizer = WordTokenizer(["cat", "<eos>", "the", "<unk>"])
    assert (tokenizer.unknown_id, tokenizer.end_id, tokenizer.stop_ids) == (3, 1, ())
    assert tokenizer("the  cat\nThe <unk> <eos>\r\n").numpy().tolist() == [2, 0, 1, 3, 3, 1, 1]


def test_penn_treebank_comes_back():
    tokenizer = WordTokenizer(["<unk>", "<eos>", "a", "b", "n't", ",", "("])
    text = "a b n't , ( a\nb <unk>\n\na"
    assert tokenizer.detokenize(tokenizer(text)).numpy().decode() == text
    assert tokenizer.detokenize(tokenizer(" zebra a ")).numpy().decode() == "<unk> a"


def test_raw_text_comes_back():
    text = "Don't panic, friend (ever)!\n你好，世界。\n\nIt costs $3.50."
    words = ["Don't", "panic", ",", "friend", "(", "ever", ")", "!", *"你好，世界。", "It", "costs", "$", "3.50", "."]
    tokenizer = WordTokenizer(["<unk>", "<eos>", *words], split="punctuation")
    token_ids = tokenizer(text)
    assert tokenizer.unknown_id not in token_ids.numpy()
    assert tokenizer.detokenize(token_ids).numpy().decode() == text


def test_lowercase():
    tokenizer = WordTokenizer(["<unk>", "<eos>", "été", "The"], lowercase=True)
    assert tokenizer("ÉTÉ The").numpy().tolist() == [2, 0]  # the vocabulary is taken as it is


def test_words_of_several_han_characters_join_without_space():
    tokenizer = WordTokenizer(["<unk>", "<eos>", "中国", "人"], split="punctuation")
    assert tokenizer.detokenize([2, 3, 2]).numpy().decode() == "中国人中国"


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        (["a", "<eos>"], "does not hold <unk>: add it"),
        (["a", "<unk>"], "does not hold <eos>: add it"),
        (["<unk>", "<eos>", "New York"], "'New York', with white space"),
        (["<unk>", "<eos>", "a\u2028"], "with white space"),
        (["<unk>", "<eos>", "a\0"], "with white space"),
        (["<unk>", "<eos>", "a", "a"], "'a' occurs twice, as 2 and as 3"),
        ([], "has no tokens"),
    ],
)
def test_what_is_no_word_vocabulary(vocabulary, message):
    with pytest.raises(UserError, match=message):
        WordTokenizer(vocabulary)


def test_options_are_checked():
    with pytest.raises(ValueError, match="split must be one of whitespace, punctuation, got 'x'"):
        WordTokenizer(["<unk>", "<eos>"], split="x")
    with pytest.raises(ValueError, match="lowercase must be True or False, got 'no'"):
        WordTokenizer(["<unk>", "<eos>"], lowercase="no")


@pytest.mark.ci  # which imports TensorFlow once more
@pytest.mark.parametrize("locale", ["tr_TR.UTF-8", "lt_LT.UTF-8"])
def test_lower_case_does_not_depend_on_the_locale(locale):
    code = (
        "from langzoo.layers.text import WordTokenizer; from langzoo.serving.text.lower_case import lower_case\n"
        "text = 'INDEX İ J\u0301 Į\u0301 Ì Í Ĩ ΟΔΟΣ'; words = lower_case(text).split()\n"
        "tokenizer = WordTokenizer(['<unk>', '<eos>', *words], lowercase=True)\n"
        "assert tokenizer(text).numpy().tolist() == [*range(2, 10)]\n"
        "assert tokenizer.offsets([text])['starts'].numpy().ravel().tolist()[:2] == [0, 6]"
    )
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "LC_ALL": locale}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
