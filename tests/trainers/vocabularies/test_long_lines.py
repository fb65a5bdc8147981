"""Lines without spaces, which are one word: every kind learns in time that grows with the text and no faster."""

import base64
import random
import time

import pytest
from langzoo.trainers.vocabularies import train_tokenizer

KINDS = ["word", "character", "wordpiece", "bpe", "unigram"]
_SOURCE = random.Random(0)
_CHINESE = "".join(chr(0x4E00 + min(int(_SOURCE.expovariate(1 / 300)), 2000)) for _ in range(60_000))
_LETTERS = base64.b64encode(_SOURCE.randbytes(60_000)).decode().replace("+", "").replace("/", "")
LINES = {
    "Chinese without punctuation": lambda size: _CHINESE[:size],
    "one letter": lambda size: "a" * size,
    "base64": lambda size: _LETTERS[:size],
}
FREE = 0.4  # seconds that are never too many


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_twice_as_long_takes_about_twice_the_time(kind):
    for name, line in LINES.items():
        spent = []
        for size in (20_000, 40_000):
            start = time.perf_counter()
            train_tokenizer(kind, [line(size)], size=6000)
            spent.append(time.perf_counter() - start)
        assert spent[1] <= max(3 * spent[0], FREE), (name, spent)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_megabyte(kind):
    word = base64.b64encode(random.Random(1).randbytes(750_000)).decode()
    for text in (word, "a" * 1_000_000, _CHINESE * 6):
        start = time.perf_counter()
        assert train_tokenizer(kind, [text], size=6000).vocabulary_size > 2
        assert time.perf_counter() - start < 60
