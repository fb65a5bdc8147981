import sys

import pytest
import tensorflow as tf
from langzoo.layers.text import split_words


def words(text, split="punctuation", lowercase=False):
    rows = split_words(tf.constant([text]), split=split, lowercase=lowercase)
    return [word.decode() for word in rows[0].numpy()]


def test_white_space_is_that_of_python_and_nul():
    characters = [chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point <= 0xDFFF]
    text = "".join(f"x{character}" for character in characters if character != "\n") + "x"
    assert words(text, split="whitespace") == text.replace("\0", " ").split()


@pytest.mark.parametrize("split", ["whitespace", "punctuation"])
def test_newlines_are_tokens(split):
    assert words("a\nb\r\n\n c\rd", split=split) == ["a", "<eos>", "b", "<eos>", "<eos>", "c", "d"]
    assert words("a <unk> <eos>", split=split) == ["a", "<unk>", "<eos>"]
    assert words(" \t\u3000", split=split) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world!", "Hello|,|world|!"),
        ("I don't, we’ll; dogs' 'n'", "I|don't|,|we’ll|;|dogs|'|'|n|'"),
        ("well-known (x_1)...", "well|-|known|(|x_1|)|.|.|."),
        ("3.14, 1,000.5 10:30. v2.21 5mm 7.", "3.14|,|1,000.5|10:30|.|v2.21|5mm|7|."),
        ("$5 50% a/b #c", "$|5|50|%|a|/|b|#|c"),
        ("我爱你！Python3很好。", "我|爱|你|！|Python3|很|好|。"),
        ("カタ・カナ ひらーが ｶﾅ", "カ|タ|・|カ|ナ|ひ|ら|ー|が|ｶ|ﾅ"),
        ("か\u3099x", "か\u3099|x"),  # a mark stays with its character
        ("𠮷野家", "𠮷|野|家"),  # beyond the 16-bit plane
        ("한국어 привет мир", "한국어|привет|мир"),
        ("می\u200cخواهم हिन्दी", "می\u200cخواهم|हिन्दी"),
        ("cafe\u0301 naïve", "cafe\u0301|naïve"),
        ("a<unk>b<eos>", "a|<unk>|b|<eos>"),
        ("<unk", "<|unk"),
        ("😀😀 👍🏽 👨\u200d👩\u200d👧 🇨🇳🇫🇷 ❤\ufe0f", "😀|😀|👍🏽|👨\u200d👩\u200d👧|🇨🇳|🇫🇷|❤\ufe0f"),
    ],
)
def test_punctuation(text, expected):
    assert words(text) == expected.split("|")


def test_lowercase_is_that_of_unicode_and_does_not_stop_at_nul():
    assert words("ÀÉ ΩΣ Я\0AFTER", split="whitespace", lowercase=True) == ["àé", "ως", "я", "after"]
    assert words("Don't", lowercase=True) == ["don't"]


def test_bytes_that_are_no_text():
    assert words(b"a\xff \xe4\xb8", split="whitespace") == ["a\ufffd", "\ufffd"]


def test_unknown_split():
    with pytest.raises(ValueError, match="split must be one of whitespace, punctuation, got 'words'"):
        words("a", split="words")
