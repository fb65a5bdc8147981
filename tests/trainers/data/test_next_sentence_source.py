import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import NextSentenceSource, SentenceOrderSource, TokenCorpus

CLS, SEP, MASK, FIRST = 2, 3, 4, 5
LENGTH, ROWS = 12, 4


def source(*sizes, kind=NextSentenceSource, **changes):
    """Documents of tokens in a row that never repeat, so that a token tells its place; each ends with SEP."""
    sizes = sizes or (150, 7, 1, 0, 90, 60, 92)
    places, parts = np.cumsum([0, *sizes]), []
    for begin, size in zip(places, sizes, strict=False):
        parts.append(np.append(np.arange(FIRST + begin, FIRST + begin + size), SEP))
    tokens = np.concatenate(parts).astype(np.int32)
    starts = np.cumsum([0, *(len(part) for part in parts)])
    corpus = TokenCorpus(tokens, starts, 0, 0, start_id=CLS, document_starts=starts)
    given = {"batch_size": ROWS, "sequence_length": LENGTH, "frame": (CLS, SEP), "mask_id": MASK, "seed": 7}
    shared = {"vocabulary_size": FIRST + int(places[-1]), "special_ids": [0, 1, CLS, SEP, MASK], "random_share": 0.0}
    made = kind(corpus, **{**given, **shared, **changes})
    document = np.repeat(np.arange(len(sizes)), sizes)
    return made, lambda token: document[np.asarray(token) - FIRST]


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


def pairs(made, epochs=4):
    """Label, first and second segment of all rows of some epochs."""
    for step in range(made.steps_per_epoch * epochs):
        batch = made.rows(step, 0, ROWS)
        for row in np.flatnonzero(batch["pair_weights"]):
            yield batch["pair_labels"][row], *segments(batch, row)


def test_half_of_the_second_segments_follow_and_half_are_of_another_document():
    made, document = source()
    labels = []
    for label, first, second in pairs(made):
        assert len(first) and len(second) and (np.diff(first) == 1).all() and (np.diff(second) == 1).all()
        assert len({*document(first)}) == len({*document(second)}) == 1
        assert label == (document(second[0]) != document(first[0])) == (second[0] != first[-1] + 1)
        labels.append(label)
    assert len(labels) == made.num_blocks * 4 and 0.4 < np.mean(labels) < 0.6
    assert made.num_blocks == sum(-(-size // 9) for size in (150, 7, 90, 60, 92))  # of 1 and 0 tokens there is none


def test_half_of_the_pairs_are_the_wrong_way_round():
    made, document = source(kind=SentenceOrderSource)
    labels = []
    for label, first, second in pairs(made):
        both = np.concatenate([second, first] if label else [first, second])
        assert (np.diff(both) == 1).all() and len({*document(both)}) == 1 and len(first) and len(second)
        labels.append(label)
    assert len(labels) == made.num_blocks * 4 and 0.4 < np.mean(labels) < 0.6


@pytest.mark.parametrize("kind", [NextSentenceSource, SentenceOrderSource])
def test_a_batch_is_a_function_of_seed_and_step(kind):
    made, other = (source(kind=kind)[0] for _ in range(2))
    whole, parts = made.rows(9, 0, ROWS), [other.rows(9, first, 2) for first in (0, 2)]
    for name, value in whole.items():
        np.testing.assert_array_equal(value, np.concatenate([part[name] for part in parts]), err_msg=name)
    assert any((whole[name] != source(kind=kind, seed=8)[0].rows(9, 0, ROWS)[name]).any() for name in whole)
    for step, batch in enumerate(made.dataset(start=7, steps=4).as_numpy_iterator(), start=7):
        for name, value in other.rows(step, 0, ROWS).items():
            np.testing.assert_array_equal(batch[name], value, err_msg=f"{name} of step {step}")


@pytest.mark.parametrize("size", [2, 3, 9, 10, 11, 19])
@pytest.mark.parametrize("kind", [NextSentenceSource, SentenceOrderSource])
def test_a_short_document_and_the_end_of_one(size, kind):
    made, _ = source(size, 4, kind=kind, batch_size=3)
    for step in range(made.steps_per_epoch * 6):
        batch = made.rows(step, 0, 3)
        for row in np.flatnonzero(batch["pair_weights"]):
            first, second = segments(batch, row)
            assert len(first) and len(second)
            assert batch["pair_labels"][row] == (second[0] != first[-1] + 1)
        padding = batch["pair_weights"] == 0
        assert not batch["weights"][padding].any() and not batch["pair_labels"][padding].any()


def test_one_document_and_none_that_can_be_cut():
    with pytest.raises(UserError, match=r"has only one: give several files, or set data\.documents to blank_lines"):
        source(40)
    with pytest.raises(UserError, match="no document of the text has two tokens"):
        source(1, 1, 1)
    assert source(40, kind=SentenceOrderSource)[0].num_blocks == 5


def test_too_short_a_row():
    with pytest.raises(UserError, match=r"data\.sequence_length must be at least 5, not 4"):
        source(sequence_length=4)
