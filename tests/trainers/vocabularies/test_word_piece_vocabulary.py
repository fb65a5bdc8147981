import random

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer
from langzoo.trainers.vocabularies import word_piece_vocabulary

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LINES = ["low low lower lowest newer\n", "wider wider 我爱你，我爱你 Été"]


def test_order_and_what_is_learned():
    # "lo" (4 times) first; characters come before pieces, each in the order of code points.
    vocabulary = word_piece_vocabulary(["low low low lo b"], size=30, min_frequency=3)
    assert vocabulary == [*SPECIAL, "##o", "##w", "b", "l", "o", "w", "lo", "low"]


def test_every_word_of_the_text_is_known():
    for lowercase in (True, False):
        vocabulary = word_piece_vocabulary(LINES, size=200, min_frequency=1, lowercase=lowercase)
        tokenizer = WordPieceTokenizer(vocabulary, lowercase=lowercase)
        assert tokenizer.unknown_id not in tokenizer(LINES).flat_values.numpy()
        assert ("ete" in vocabulary, "Été" in vocabulary) == (lowercase, not lowercase)
        assert "我" in vocabulary and "##我" not in vocabulary


def test_the_size_holds_with_more_characters_than_fit():
    lines = ["".join(map(chr, range(0x4E00, 0x4F00))), "一" * 3, "abc abc"]
    vocabulary = word_piece_vocabulary(lines, size=25)
    assert len(vocabulary) <= 25 and {"一", "a", "b"} <= set(vocabulary) and chr(0x4EFF) not in vocabulary


def test_every_run_learns_the_same():
    source = random.Random(0)
    lines = [" ".join("".join(source.choices("abcdefghij", k=5)) for _ in range(50)) for _ in range(20)]
    runs = [word_piece_vocabulary(lines, size=300) for _ in range(4)]
    assert all(run == runs[0] for run in runs)


def test_what_cannot_be_trained():
    for nothing in ([], ["", " \n"], ["\0"]):
        with pytest.raises(UserError, match="is empty: give text with words in it"):
            word_piece_vocabulary(nothing)
    with pytest.raises(UserError, match="half a surrogate pair"):
        word_piece_vocabulary(["a \ud800"])
    with pytest.raises(ValueError, match=r"size must be at least 16, got 9"):
        word_piece_vocabulary(LINES, size=9)
    with pytest.raises(ValueError, match="min_frequency must be at least 1, got 0"):
        word_piece_vocabulary(LINES, min_frequency=0)
    with pytest.raises(ValueError, match="not one string"):
        word_piece_vocabulary("one string")


def test_words_that_are_unknown_anyway_are_not_learned_from():
    lines = ["the cat the cat " + "the" * 33 + "a", "x" * 101, "the"]
    pieces = word_piece_vocabulary([*lines, "b" * 100], size=400, min_frequency=1)
    assert word_piece_vocabulary([*lines[:1], "the", "b" * 100], size=400, min_frequency=1) == [
        piece for piece in pieces if "x" not in piece
    ]
    assert "the" * 33 + "a" in pieces and "x" in pieces and not any("xx" in piece for piece in pieces)
