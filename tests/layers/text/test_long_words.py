"""One word without an end: every tokenizer takes time that grows with its length, and no faster."""

import base64
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tensorflow as tf
from langzoo.layers.text import WordPieceTokenizer
from langzoo.serving.text import load_plain_tokenizer

from tests.serving.text.plain_cases import CASES

SIZE = 1_000_000
_BASE64 = base64.b64encode(random.Random(0).randbytes(SIZE)).decode()
WORDS = {
    "one letter": lambda size: "a" * size,
    "base64": lambda size: _BASE64[:size],
    "letters and digits": lambda size: _BASE64[: 2 * size].replace("+", "").replace("/", "")[:size],
    "chinese": lambda size: ("汉" * 40 + "漢字猫犬") * (size // 132),
    "emoji": lambda size: "🙂🙂👍𠮷" * (size // 16),
}
KINDS = ["word", "word lower signs", "character", "byte", "wordpiece", "bpe", "sentencepiece unigram", "llama2c"]
TIMES = 2  # the least of them counts: the machine has other work
FREE = 0.25  # seconds that are never too many


def _seconds(tokenizer, text):
    spent = []
    for _ in range(TIMES):
        start = time.perf_counter()
        tokenizer([text])
        spent.append(time.perf_counter() - start)
    return min(spent)


@pytest.fixture(scope="module", params=KINDS)
def tokenizer(request):
    return CASES[request.param]()


def test_a_word_twice_as_long_takes_about_twice_the_time(tokenizer):
    for name, word in WORDS.items():
        short = _seconds(tokenizer, word(SIZE // 10))
        long = _seconds(tokenizer, word(SIZE // 5))
        assert long <= max(3 * short, FREE), (name, short, long)


@pytest.mark.slow
@pytest.mark.parametrize("kind", CASES)
def test_a_megabyte_without_tensorflow_too(kind, tmp_path):
    layer = CASES[kind]()
    layer.save_assets(tmp_path)
    plain = load_plain_tokenizer({path.name: path.read_bytes() for path in tmp_path.iterdir()})
    for word in WORDS.values():
        text = word(SIZE)
        start = time.perf_counter()
        ids = layer([text]).flat_values.numpy().tolist()
        assert plain.encode(text) == ids
        assert time.perf_counter() - start < 60


LINE = """
import resource, sys, time
from tests.serving.text.plain_cases import CASES
tokenizer = CASES[sys.argv[1]]()
tokenizer(["the graph is made"])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
text = "The quick brown fox, 我爱你 🙂 jumps over it. " * 1_000_000
start = time.perf_counter()
assert tokenizer([text]).flat_values.shape[0] > 1_000_000
print(time.perf_counter() - start, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_line_of_50_megabytes(kind):
    """In a process of its own, whose memory is looked at. That of SentencePiece is its library's."""
    root = Path(__file__).resolve().parents[3]
    run = subprocess.run([sys.executable, "-c", LINE, kind], capture_output=True, text=True, check=False, cwd=root)
    assert run.returncode == 0, run.stderr
    seconds, gibibytes = map(float, run.stdout.splitlines()[-1].split())
    assert seconds < 600
    assert gibibytes < (12 if kind in ("sentencepiece unigram", "llama2c") else 4)


def test_words_that_are_too_long_are_unknown_wherever_they_stand():
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##a", "猫", "!"]
    tokenizer = WordPieceTokenizer(pieces)
    long = "a" * 20_000
    start = time.perf_counter()
    found = tf.function(tokenizer.tokenize)(tf.constant([f"a {long} aa", f"{long}!{long}", f"猫{long}猫a", long]))
    assert found.to_list() == [[5, 1, 5, 6], [1, 8, 1], [7, 1, 7, 5], [1]]
    assert time.perf_counter() - start < 30  # a step for each letter takes over two minutes
    offsets = tokenizer.offsets([f"a {long} aa"])
    assert offsets["starts"].to_list() == [[0, 2, 20_003, 20_004]]
    assert offsets["limits"].to_list() == [[1, 20_002, 20_004, 20_005]]
