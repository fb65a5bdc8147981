import random

import pytest
import tensorflow as tf
from langzoo.layers.plain.text.word_packing import packed_words, word_prefix
from langzoo.layers.plain.text.word_rules import WORD_RULES
from langzoo.layers.text import ByteTokenizer, WordPieceTokenizer
from langzoo.layers.text.word_packer import WordPacker
from langzoo.layers.text.word_splitter import WordSplitter
from langzoo.serving.text.bert_word_splitter import BertWordSplitter

from tests.layers.text.noisy_text import noisy_lines

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b", "##a"]


def ragged(texts):
    return tf.ragged.constant(texts, dtype=tf.string, ragged_rank=1)


@pytest.mark.parametrize("rule", WORD_RULES)
def test_words_and_their_places_are_those_of_plain_python(rule):
    lines = [
        "Été in 北京!",
        "",
        "  ",
        "a\u200bb \x01c",
        "don't stop",
        "@user http://x.y #tag",
        "e\u0301",
        *noisy_lines(200),
    ]
    spans = WordSplitter(rule).split(tf.constant(lines))
    plain = BertWordSplitter(lowercase=False, strip_accents=False, **WORD_RULES[rule])
    rows = zip(lines, *(values.to_list() for values in spans), strict=True)
    for line, words, starts, limits in rows:
        found = list(zip([word.decode() for word in words], starts, limits, strict=True))
        assert found == plain.spans(line)
        kept = [(line[start:limit], word) for word, start, limit in found]
        assert all(word == text or len(word) < len(text) for text, word in kept)  # but for control characters


def test_rules():
    text = "don't @you 北京!"
    cut = {
        rule: [word.decode() for word in WordSplitter(rule).split(tf.constant([text])).words[0].numpy()]
        for rule in WORD_RULES
    }
    assert cut["white_space"] == ["don't", "@you", "北京!"]
    assert cut["punctuation"] == ["don", "'", "t", "@", "you", "北", "京", "!"]
    assert cut["character"] == [character for character in text if character != " "]


@pytest.mark.parametrize("tokenizer", [WordPieceTokenizer(PIECES), ByteTokenizer()], ids=["wordpiece", "byte"])
@pytest.mark.parametrize("last", [False, True])
def test_rows_are_those_of_plain_python(tokenizer, last):
    draw = random.Random(0)
    length = lambda: draw.choice([1, 2, 3, 9, 30])  # noqa: E731
    texts = [["".join(draw.choices("ab", k=length())) for _ in range(draw.choice([0, 1, 3, 20]))] for _ in range(20)]
    texts += [[], ["\u200b", "a"]]  # a word without tokens
    stand_in = tokenizer.closing_id if tokenizer.unknown_id is None else tokenizer.unknown_id
    frame = {"start_id": tokenizer.start_id, "closing_id": tokenizer.closing_id, "unknown_id": stand_in}
    words = ragged(texts)
    ids = tokenizer.tokenize(tf.strings.join([word_prefix(tokenizer.kind), words.flat_values])).to_list()
    pieces_of = [[ids.pop(0) for _ in text] for text in texts]
    for most in (8, 9, 40):
        rows = WordPacker(tokenizer, max_length=most, last=last).pack(words)
        inputs, row = {name: values.numpy() for name, values in rows.inputs.items()}, 0
        for pieces, first in zip(pieces_of, rows.row_splits.numpy(), strict=False):
            assert first == row
            packed = packed_words(pieces, **frame, max_length=most, last=last)
            for ids, places in zip(*packed, strict=True):
                assert len(ids) <= most
                assert inputs["token_ids"][row][inputs["padding_mask"][row]].tolist() == ids
                assert inputs["word_places"][row, : inputs["num_words"][row]].tolist() == places
                row += 1
        assert row == len(inputs["token_ids"])


def test_a_batch_without_words_has_a_row_for_each_text_and_a_column():
    inputs = WordPacker(ByteTokenizer(), max_length=8).pack(ragged([[], []])).inputs
    assert inputs["token_ids"].shape == (2, 2)
    assert inputs["word_places"].shape == (2, 1)
    assert WordPacker(ByteTokenizer(), max_length=8).pack(ragged([])).inputs["token_ids"].shape[0] == 0
