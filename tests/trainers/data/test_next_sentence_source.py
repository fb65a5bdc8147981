import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import NextSentenceSource, TokenCorpus

CLS, SEP, MASK, FIRST = 2, 3, 4, 5
LENGTH, ROWS = 12, 4


def source(size=400, **changes):
    """Tokens in a row that never repeat, so that a token tells its place."""
    tokens = np.arange(FIRST, FIRST + size, dtype=np.int32)
    corpus = TokenCorpus(tokens, np.array([0, size]), 0, 0, start_id=CLS)
    given = {"batch_size": ROWS, "sequence_length": LENGTH, "frame": (CLS, SEP), "mask_id": MASK, "seed": 7}
    shared = {"vocabulary_size": FIRST + size, "special_ids": [0, 1, CLS, SEP, MASK], "random_share": 0.0}
    return NextSentenceSource(corpus, **{**given, **shared, **changes})


def segments(batch, row):
    """The two segments of a row, with what was hidden put back."""
    tokens = batch["token_ids"][row].copy()
    asked = batch["weights"][row] > 0
    tokens[batch["masked_positions"][row][asked]] = batch["targets"][row][asked]
    length, ids = batch["padding_mask"][row].sum(), batch["segment_ids"][row]
    tokens, ids = tokens[:length], ids[:length]
    first, second = tokens[ids == 0], tokens[ids == 1]
    assert (first[0], first[-1], second[-1]) == (CLS, SEP, SEP) and not batch["segment_ids"][row][length:].any()
    return first[1:-1], second[:-1]


def test_half_of_the_second_segments_follow_and_half_do_not():
    made, follows = source(), []
    for step in range(made.steps_per_epoch * 4):
        batch = made.rows(step, 0, ROWS)
        for row in np.flatnonzero(batch["pair_weights"]):
            first, second = segments(batch, row)
            assert len(first) and len(second) and (np.diff(first) == 1).all() and (np.diff(second) == 1).all()
            follows.append(second[0] == first[-1] + 1)
            assert batch["replaced"][row] == (not follows[-1])
            if not follows[-1]:  # and it is of another place altogether
                assert not set(second) & set(range(first[0], first[-1] + len(second) + 1))
    assert len(follows) == made.num_blocks * 4 and 0.4 < np.mean(follows) < 0.6


def test_a_batch_is_a_function_of_seed_and_step():
    whole, parts = source().rows(9, 0, ROWS), [source().rows(9, first, 2) for first in (0, 2)]
    for name, value in whole.items():
        np.testing.assert_array_equal(value, np.concatenate([part[name] for part in parts]), err_msg=name)
    assert any((whole[name] != source(seed=8).rows(9, 0, ROWS)[name]).any() for name in whole)


@pytest.mark.parametrize("size", [2, 3, 9, 10, 11, 19])
def test_a_short_text_and_the_end_of_one(size):
    made = source(size, batch_size=3)
    for step in range(made.steps_per_epoch * 6):
        batch = made.rows(step, 0, 3)
        for row in np.flatnonzero(batch["pair_weights"]):
            first, second = segments(batch, row)
            assert len(first) and len(second)
            assert batch["replaced"][row] == (second[0] != first[-1] + 1)
        padding = batch["pair_weights"] == 0
        assert not batch["weights"][padding].any() and not batch["replaced"][padding].any()


def test_too_short_a_row():
    with pytest.raises(UserError, match=r"data\.sequence_length must be at least 5, not 4"):
        source(sequence_length=4)
