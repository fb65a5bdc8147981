import pytest
from langzoo.cli.space_between import space_between
from langzoo.layers import ByteTokenizer, WordTokenizer
from langzoo.zoo import create


@pytest.mark.parametrize(
    ("split", "prompt", "continuation", "space"),
    [
        ("punctuation", "the", "cat", " "),
        ("punctuation", "the", ", cat", ""),
        ("punctuation", "the ", "cat", ""),
        ("punctuation", "我爱", "你。", ""),
        ("punctuation", "the", "\ncat", ""),
        ("punctuation", "", "cat", ""),
        ("punctuation", "the", "", ""),
        ("whitespace", "the", ", cat", " "),
    ],
)
def test_words(split, prompt, continuation, space):
    model = create("unigram", tokenizer=WordTokenizer(["<unk>", "<eos>"], split=split))
    assert space_between(model, prompt, continuation) == space


def test_bytes_carry_their_own():
    assert space_between(create("unigram", tokenizer=ByteTokenizer()), "the", "cat") == ""
