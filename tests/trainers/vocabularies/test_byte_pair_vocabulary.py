import random

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteLevelBPETokenizer
from langzoo.trainers.vocabularies import byte_pair_vocabulary


def test_order_and_what_is_learned():
    # "lo" and "ow" stand in all four words; the tie goes to the lower ids.
    vocabulary, merges = byte_pair_vocabulary(["low low low low"], size=300, min_frequency=3)
    assert merges == ["l o", "lo w", "Ġ low"] and vocabulary[256:] == ["lo", "low", "Ġlow", "<|endoftext|>"]
    assert byte_pair_vocabulary(["low low"], size=258, min_frequency=1)[0][256:] == ["lo", "<|endoftext|>"]


def test_text_comes_back_in_fewer_tokens():
    line = "我爱你，我爱你。 The cat, the cat! 👍🏽\n"
    vocabulary, merges = byte_pair_vocabulary([line], size=300)
    tokenizer = ByteLevelBPETokenizer(vocabulary, merges=merges)
    token_ids = tokenizer(line * 2)
    assert tokenizer.detokenize(token_ids).numpy().decode() == line * 2
    assert len(token_ids) < len((line * 2).encode()) * 0.8


def test_every_run_learns_the_same():
    source = random.Random(0)
    lines = [" ".join("".join(source.choices("abcdefghij", k=5)) for _ in range(50)) for _ in range(20)]
    runs = [byte_pair_vocabulary(lines, size=400) for _ in range(4)]
    assert all(run == runs[0] for run in runs)


def test_what_cannot_be_trained():
    for nothing in ([], [""]):
        with pytest.raises(UserError, match="is empty: give text with words in it"):
            byte_pair_vocabulary(nothing)
    with pytest.raises(UserError, match="half a surrogate pair"):
        byte_pair_vocabulary(["a \ud800"])
    with pytest.raises(ValueError, match=r"size must be at least 257.*got 256"):
        byte_pair_vocabulary(["a"], size=256)
    with pytest.raises(ValueError, match="min_frequency must be at least 1, got 0"):
        byte_pair_vocabulary(["a"], min_frequency=0)
    with pytest.raises(ValueError, match="not one string"):
        byte_pair_vocabulary("one string")


def test_words_up_to_256_characters_are_learned_from_whole():
    """And longer ones in stretches, of which no pair of tokens is lost but one at each border."""
    whole = ["a" * 2**k for k in range(1, 9)]
    assert byte_pair_vocabulary(["a" * 256], size=300)[0][256:-1] == whole[:-1]  # the last pair is seen once
    assert byte_pair_vocabulary(["a" * 256 * 3], size=300)[0][256:-1] == whole
    stretches = " ".join(("猫狗" * 200)[start : start + 256] for start in (0, 256))
    assert (
        byte_pair_vocabulary(["猫狗" * 200], size=400)[0]
        == byte_pair_vocabulary([part.strip() for part in stretches.split(" ")], size=400)[0]
    )
