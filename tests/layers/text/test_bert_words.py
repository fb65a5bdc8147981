import itertools

import pytest
import tensorflow as tf
import tokenizers
from langzoo.layers.text.bert_words import BertWords

from tests.layers.text.noisy_text import noisy_lines

# All that are assigned, and one in 100 of the empty and private planes.
RANGES = (range(0xD800), range(0xE000, 0x32400), range(0x32400, 0x110000, 100), range(0xE0000, 0xE0200))
POINTS = [chr(point) for points in RANGES for point in points]
SETTINGS = [(lower, strip, split) for lower in (True, False) for strip in (True, False) for split in (True, False)]


def words(lines, *, lowercase, strip_accents, split_chinese):
    cutter = BertWords(lowercase=lowercase, strip_accents=strip_accents, split_chinese=split_chinese)
    cut = cutter.cut(tf.strings.unicode_decode(lines, "UTF-8"))
    text = "".join(map(chr, cut.characters.numpy().tolist()))
    starts = [*tf.where(cut.starts).numpy()[:, 0].tolist(), len(text)]
    return [text[start:limit] for start, limit in itertools.pairwise(starts)]


def reference(lines, *, lowercase, strip_accents, split_chinese):
    normalizer = tokenizers.normalizers.BertNormalizer(
        lowercase=lowercase, strip_accents=strip_accents, handle_chinese_chars=split_chinese
    )
    cutter = tokenizers.pre_tokenizers.BertPreTokenizer()
    return [word for line in lines for word, _ in cutter.pre_tokenize_str(normalizer.normalize_str(line))]


@pytest.mark.ci
def test_every_code_point_is_what_it_is_for_the_reference():
    lines = [
        "".join(f"ab{point}cd " for point in POINTS[start : start + 1000]) for start in range(0, len(POINTS), 1000)
    ]
    for setting in ((True, True, True), (False, False, True)):
        settings = dict(zip(("lowercase", "strip_accents", "split_chinese"), setting, strict=True))
        assert words(lines, **settings) == reference(lines, **settings)


def test_noise_is_cut_like_the_reference():
    lines = noisy_lines(300)
    for setting in SETTINGS:
        settings = dict(zip(("lowercase", "strip_accents", "split_chinese"), setting, strict=True))
        assert words(lines, **settings) == reference(lines, **settings)


def test_hangul_becomes_its_letters_and_a_dropped_character_separates_nothing():
    settings = {"lowercase": True, "strip_accents": True, "split_chinese": True}
    assert words(["가\u200d나 É"], **settings) == ["\u1100\u1161\u1102\u1161", "e"]
    assert words(["", "\u0301", " \0\ufffd"], **settings) == []
