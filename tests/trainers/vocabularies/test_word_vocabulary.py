import os
from pathlib import Path

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordTokenizer
from langzoo.trainers.vocabularies import word_vocabulary

LINES = ["b a c a\n", "a b <unk> <unk> <unk> <unk>\n", "\n", "猫 é"]


def test_order():
    # Seen: a 3, b 2, then once each in the order of code points; <unk> is not doubled, <eos> not counted.
    assert word_vocabulary(LINES) == ["<unk>", "<eos>", "a", "b", "c", "é", "猫"]
    assert word_vocabulary(LINES, size=4) == ["<unk>", "<eos>", "a", "b"]
    assert word_vocabulary(LINES, size=2) == ["<unk>", "<eos>"]
    assert word_vocabulary(LINES, size=100, min_frequency=2) == ["<unk>", "<eos>", "a", "b"]


def test_many_batches_count_as_one():
    lines = (f"w{index % 7} common\n" for index in range(20_000))
    assert word_vocabulary(lines) == ["<unk>", "<eos>", "common", *(f"w{index}" for index in range(7))]


@pytest.mark.parametrize("split", ["whitespace", "punctuation"])
@pytest.mark.parametrize("lowercase", [True, False])
def test_every_word_of_the_text_is_known(split, lowercase):
    lines = ["Don't PANIC, 你好！\n", "É\u2028x 3.14\x1cy\0z 👍🏽", "\ufeffStart ｶﾅ"]
    tokenizer = WordTokenizer(
        word_vocabulary(lines, split=split, lowercase=lowercase), split=split, lowercase=lowercase
    )
    assert tokenizer.unknown_id not in tokenizer(lines).flat_values.numpy()


def test_what_cannot_be_trained():
    for nothing in ([], ["", " \n"], ["<unk>\n"]):
        with pytest.raises(UserError, match="is empty: give text with words in it"):
            word_vocabulary(nothing)
    with pytest.raises(UserError, match="seen 9 times"):
        word_vocabulary(LINES, min_frequency=9)
    with pytest.raises(UserError, match="half a surrogate pair"):
        word_vocabulary(["a \ud800"])
    with pytest.raises(ValueError, match=r"size must be at least 2.*got 1"):
        word_vocabulary(LINES, size=1)
    with pytest.raises(ValueError, match="min_frequency must be at least 1, got 0"):
        word_vocabulary(LINES, min_frequency=0)
    with pytest.raises(ValueError, match="not one string"):
        word_vocabulary("one string")


@pytest.mark.data
def test_penn_treebank_has_ten_thousand_words():
    path = Path(os.environ.get("LANGZOO_DATA", "")) / "ptb" / "train.txt"
    if "LANGZOO_DATA" not in os.environ or not path.is_file():
        pytest.skip("LANGZOO_DATA names no folder with ptb/train.txt")
    with path.open(encoding="utf-8") as lines:
        vocabulary = word_vocabulary(lines, size=10_000)
    text = path.read_text(encoding="utf-8")
    assert len(vocabulary) == 10_000 and set(vocabulary) == {*text.split(), "<eos>"}
    tokenizer = WordTokenizer(vocabulary)
    token_ids = tokenizer(text)
    assert len(token_ids) == 929_589
    expected = [vocabulary.index(word) for word in text[:20_000].replace("\n", " <eos> ").split()[:-1]]
    assert token_ids[: len(expected)].numpy().tolist() == expected
