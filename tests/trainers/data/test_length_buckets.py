import numpy as np
import pytest
from langzoo.trainers.data.length_buckets import LengthBuckets

LENGTHS = np.random.default_rng(0).integers(1, 70, 203)


def make(**options):
    return LengthBuckets(LENGTHS, **{"batch_size": 8, "longest": 50, "most": 4, "seed": 3, **options})


def epoch(buckets, number):
    count = buckets.batches_per_epoch
    return [buckets.batch(step) for step in range(number * count, (number + 1) * count)]


@pytest.mark.parametrize("options", [{}, {"most": 1}, {"seed": None}, {"batch_size": 1}, {"longest": 5}])
def test_every_example_once_and_in_the_shortest_length_that_holds_it(options):
    buckets = make(**options)
    for number in (0, 1):
        batches = epoch(buckets, number)
        assert sorted(np.concatenate([items for _, items in batches]).tolist()) == list(range(len(LENGTHS)))
        for length, items in batches:
            assert length in buckets.lengths and 1 <= len(items) <= options.get("batch_size", 8)
            for item in items:
                kept = min(LENGTHS[item], buckets.lengths[-1])
                assert length == next(each for each in buckets.lengths if each >= kept)


def test_a_function_of_seed_and_step():
    first, again, other = make(), make(), make(seed=4)
    for step in (0, 90, 5, 41):
        assert first.batch(step)[1].tolist() == again.batch(step)[1].tolist()
    assert [items.tolist() for _, items in epoch(first, 0)] != [items.tolist() for _, items in epoch(first, 1)]
    assert [items.tolist() for _, items in epoch(first, 0)] != [items.tolist() for _, items in epoch(other, 0)]


def test_less_is_padded_than_in_one_bucket():
    def padding(buckets):
        return sum(length * len(items) for length, items in epoch(buckets, 0))

    assert make().lengths == (8, 13, 25, 50)
    assert padding(make()) < 0.85 * padding(make(most=1))
