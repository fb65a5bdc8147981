import itertools
import random

import pytest
import tensorflow as tf
import tokenizers
from langzoo.layers.text.byte_level_words import ByteLevelWords

from tests.layers.text.noisy_text import noisy_lines

# All that are assigned, and one in 100 of the empty and private planes.
RANGES = (range(0xD800), range(0xE000, 0x32400), range(0x32400, 0x110000, 100), range(0xE0000, 0xE0200))
POINTS = [chr(point) for points in RANGES for point in points]


def words(lines, *, add_prefix_space=False, single_digits=False):
    cutter = ByteLevelWords(add_prefix_space=add_prefix_space, single_digits=single_digits)
    cut = cutter.cut(tf.strings.unicode_decode(lines, "UTF-8"))
    text = "".join(map(chr, cut.characters.numpy().tolist()))
    starts = [*tf.where(cut.starts).numpy()[:, 0].tolist(), len(text)]
    return [text[start:limit] for start, limit in itertools.pairwise(starts)]


def reference(lines, *, add_prefix_space=False, single_digits=False):
    cutter = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space)
    if single_digits:
        digits = tokenizers.pre_tokenizers.Digits(individual_digits=True)
        cutter = tokenizers.pre_tokenizers.Sequence([digits, cutter])
    decoder = tokenizers.decoders.ByteLevel()
    return [decoder.decode([word]) for line in lines for word, _ in cutter.pre_tokenize_str(line)]


@pytest.mark.ci
def test_every_code_point_is_what_it_is_for_the_reference():
    lines = [
        "".join(f"a{p} {p}1{p}!{p}{p}" for p in POINTS[start : start + 500]) for start in range(0, len(POINTS), 500)
    ]
    assert words(lines) == reference(lines)
    lines = ["".join(f"a{p}" for p in POINTS[start : start + 5000]) for start in range(0, len(POINTS), 5000)]
    assert words(lines, single_digits=True) == reference(lines, single_digits=True)


@pytest.mark.parametrize("options", [{}, {"add_prefix_space": True}, {"single_digits": True}])
def test_every_short_text_of_spaces_words_and_apostrophes(options):
    alphabet = [" ", "\n", "\u3000", "a", "s", "1", "!", "'", "'ll", "'re"]
    lines = ["".join(text) for size in range(1, 5) for text in itertools.product(alphabet, repeat=size)]
    assert words(lines, **options) == reference(lines, **options)


def test_noise_rich_in_white_space():
    source = random.Random(0)
    pieces = [
        " ",
        " ",
        "  ",
        "\n",
        "\t",
        "\u00a0",
        "\r\n",
        "a",
        "猫",
        "é",
        "1",
        "½",
        "!",
        "'",
        "'s",
        "'VE",
        "'d",
        "👍🏽",
    ]
    lines = ["".join(source.choices(pieces, k=source.randrange(1, 40))) for _ in range(2000)] + noisy_lines(300)
    assert words(lines) == reference(lines)
