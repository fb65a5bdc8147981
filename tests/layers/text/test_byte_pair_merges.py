import random
import string
import time

import pytest
import tensorflow as tf
import tokenizers
from langzoo.layers.text.byte_pair_merges import BytePairMerges


def random_merges(source, *, count, letters):
    """Merges in the order of learning; some tokens are made by two of them."""
    tokens, merges = list(letters), []
    while len(merges) < count:
        pair = tuple(source.choices(tokens, k=2))
        if pair not in merges and len("".join(pair)) <= 12:
            merges.append(pair)
            if "".join(pair) not in tokens:
                tokens.append("".join(pair))
    return merges


def ours_and_reference(merges):
    tokens = list(dict.fromkeys([*map(chr, range(256)), *map("".join, merges)]))
    ids = {token: index for index, token in enumerate(tokens)}
    triples = [(ids[left], ids[right], ids[left + right]) for left, right in merges]
    ours = BytePairMerges(range(256), merges=triples, surfaces=[token.encode("latin-1") for token in tokens])
    return ours, tokenizers.models.BPE(ids, merges)


def check(ours, reference, words):
    expected = [[token.id for token in reference.tokenize(word)] for word in words]
    assert ours.cut(tf.constant(words)).to_list() == expected


@pytest.mark.parametrize("seed", range(4))
def test_words_of_few_letters_are_cut_like_the_reference(seed):
    source = random.Random(seed)
    ours, reference = ours_and_reference(random_merges(source, count=40, letters="abc"))
    check(ours, reference, ["".join(source.choices("abcd", k=source.randrange(1, 30))) for _ in range(500)])


@pytest.mark.parametrize("seed", range(4))
def test_very_long_words(seed):
    source = random.Random(seed)
    merges = random_merges(source, count=30, letters="ab")
    made = {}
    for rank, pair in enumerate(merges):
        made["".join(pair)] = rank
    # Only merges that come after all that make their parts: as learned, and merged many at a time.
    merges = [pair for rank, pair in enumerate(merges) if all(made.get(part, -1) < rank for part in pair)]
    ours, reference = ours_and_reference(merges)
    assert ours._in_order
    runs = "".join(letter * source.randrange(1, 80) for letter in "ab" * 40)
    check(ours, reference, ["".join(source.choices("ab", k=3000)), "a" * 1000, runs, "ab" * 700, "ba"])


def test_merges_in_another_order_than_learned():
    # abc is made twice, and used between: "ab c" stands behind its use.
    merges = [("a", "b"), ("b", "c"), ("a", "bc"), ("abc", "ab"), ("ab", "c")]
    ours, reference = ours_and_reference(merges)
    assert not ours._in_order
    source = random.Random(0)
    check(ours, reference, ["".join(source.choices("abc", k=source.randrange(1, 20))) for _ in range(1000)])


@pytest.mark.parametrize("seed", range(4))
def test_very_long_words_with_merges_in_any_order(seed):
    source = random.Random(seed)
    merges = random_merges(source, count=30, letters="abc"[: 2 + seed % 2])
    source.shuffle(merges)
    ours, reference = ours_and_reference(merges)
    assert not ours._in_order
    runs = "".join(letter * source.randrange(1, 80) for letter in "abc" * 10)
    check(ours, reference, ["".join(source.choices("abc", k=3000)), "a" * 40, runs, "ab" * 30, "ba"])
    start = time.perf_counter()
    check(ours, reference, ["".join(source.choices("abc", k=30_000))])
    assert time.perf_counter() - start < 20  # one merge a round takes minutes


def test_bytes_that_no_merge_joins_and_no_words():
    ours, _ = ours_and_reference([("a", "b")])
    assert ours.cut(tf.constant([string.digits, "ab", "a"])).to_list() == [list(range(48, 58)), [256], [97]]
    assert ours.cut(tf.zeros([0], tf.string)).to_list() == []
    ours, _ = ours_and_reference([])
    assert ours.cut(tf.constant(["ab"])).to_list() == [[97, 98]]
