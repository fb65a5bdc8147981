import numpy as np
import pytest
import tensorflow as tf
from langzoo.trainers.data import PairCorpus, PairSource
from langzoo.trainers.data.ragged import Ragged

END = 1


def corpus_of(*pairs):
    sides = [[np.asarray(side, np.int32) for side in column] for column in zip(*pairs, strict=True)]
    arrays = [np.concatenate(side) for side in sides]
    starts = [np.cumsum([0, *map(len, side)]) for side in sides]
    return PairCorpus(Ragged(arrays[0], starts[0]), Ragged(arrays[1], starts[1]), END, num_bytes=0, num_unknown=0)


def numbered(count):
    """Pair i: i + 2 in a row of i % 4 + 1, and i + 100 in a row of i % 3."""
    return corpus_of(*[([i + 2] * (i % 4 + 1), [i + 100] * (i % 3)) for i in range(count)])


def rows_of(source, step):
    rows = source.rows(step, 0, source.batch_size)
    sources = [ids[seen].tolist() for ids, seen in zip(rows["source_ids"], rows["source_mask"], strict=True)]
    targets = [ids[counts > 0].tolist() for ids, counts in zip(rows["targets"], rows["weights"], strict=True)]
    return sources, targets


def test_both_sides_end_with_the_end_token_and_are_padded():
    source = PairSource(corpus_of(([5, 6, 7], [8]), ([9], [])), batch_size=3, sequence_length=10, seed=None)
    assert (source.source_length, source.sequence_length, source.steps_per_epoch) == (4, 2, 1)
    rows = source.rows(0, 0, 3)
    assert rows["source_ids"].tolist() == [[5, 6, 7, END], [9, END, 0, 0], [0, 0, 0, 0]]
    # A row behind the last pair sees its first place, so that attention over it is one, and counts nothing.
    assert rows["source_mask"].tolist() == [[True] * 4, [True, True, False, False], [True, False, False, False]]
    assert rows["targets"].tolist() == [[8, END], [END, 0], [0, 0]]
    assert rows["weights"].tolist() == [[1, 1], [1, 0], [0, 0]]
    assert rows["start"].all() and not source.carries_state


def test_a_long_source_ends_where_it_is_cut_and_a_long_target_does_not_end():
    source = PairSource(
        corpus_of((range(10, 20), range(20, 26)), ([5], [6])), batch_size=2, sequence_length=4, seed=None
    )
    assert rows_of(source, 0) == ([[10, 11, 12, END], [5, END]], [[20, 21, 22, 23], [6, END]])
    assert (source.cut_tokens, source.cut_texts) == (3, 1)  # 24, 25 and the end


def test_a_token_before_every_source():
    corpus = corpus_of((range(10, 20), [8]), ([5], []), ([], [7]))
    source = PairSource(corpus, batch_size=3, sequence_length=4, seed=None, source_start_id=2)
    assert rows_of(source, 0) == ([[2, 10, 11, END], [2, 5, END], [2, END]], [[8, END], [END], [7, END]])
    assert source.cut_texts == 1 and source.tokens(0, 1)[0] == 4 + 3 + 2 + 2 + 1 + 2


def test_every_pair_once_an_epoch_in_another_order():
    source = PairSource(numbered(10), batch_size=4, sequence_length=9, seed=3)
    assert source.steps_per_epoch == 3
    orders = []
    for first in (0, 3):
        batches = [rows_of(source, first + i) for i in range(3)]
        sources, targets = ([row for batch in batches for row in batch[side]] for side in (0, 1))
        order = [row[0] - 2 for row in sources[:10]]
        assert sorted(order) == list(range(10)) and not any(targets[10:])
        assert targets[:10] == [[i + 100] * (i % 3) + [END] for i in order]
        orders.append(order)
    assert orders[0] != orders[1] and sorted(orders[0]) not in orders


def test_a_batch_is_a_function_of_its_step():
    source, other = (PairSource(numbered(10), batch_size=4, sequence_length=9, seed=3) for _ in range(2))
    expected = {step: source.rows(step, 0, 4) for step in range(6)}
    for step in reversed(range(6)):
        halves = [other.rows(step, first, 2) for first in (0, 2)]
        for name, value in expected[step].items():
            np.testing.assert_array_equal(np.concatenate([half[name] for half in halves]), value, err_msg=name)


@pytest.mark.parametrize("seed", [None, 1])
def test_dataset_has_fixed_shapes(seed):
    source = PairSource(numbered(10), batch_size=4, sequence_length=9, seed=seed)
    assert {name: (tuple(spec.shape), spec.dtype) for name, spec in source.dataset().element_spec.items()} == {
        "source_ids": ((4, 5), tf.int32),
        "source_mask": ((4, 5), tf.bool),
        "targets": ((4, 3), tf.int32),
        "weights": ((4, 3), tf.float32),
        "start": ((4,), tf.bool),
    }
    for step, batch in enumerate(source.dataset(start=2, steps=2).as_numpy_iterator(), start=2):
        for name, value in source.rows(step, 0, 4).items():
            np.testing.assert_array_equal(batch[name], value, err_msg=f"{name} of step {step}")
