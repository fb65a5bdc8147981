import itertools

import numpy as np
import pytest
from langzoo.trainers.data.length_buckets import LengthBuckets, best_lengths

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

    assert padding(make()) < 0.85 * padding(make(most=1))
    assert padding(make(most=6)) < padding(make()) and len(make(most=6).lengths) == 6
    assert len(make(most=6, batch_size=50).lengths) == 2  # examples for two batches each


@pytest.mark.parametrize("most", [1, 2, 3, 4])
@pytest.mark.parametrize("longest", [5, 12, 15])
def test_no_other_lengths_pad_less(most, longest):
    """Tried with all that there are."""
    lengths = np.array([1, 1, 2, 5, 5, 5, 9, 10, 12, 12])
    cut = np.minimum(lengths, longest)

    def positions(chosen):
        return sum(min(each for each in chosen if each >= length) for length in cut)

    found = best_lengths(lengths, longest=longest, most=most)
    ways = [(*some, longest) for count in range(most) for some in itertools.combinations(range(1, longest), count)]
    assert found[-1] == longest and len(found) <= most and list(found) == sorted(set(found))
    assert positions(found) == min(map(positions, ways))


def test_very_long_examples_are_told_apart_roughly():
    lengths = np.random.default_rng(1).integers(1, 100_000, 3000)
    found = best_lengths(lengths, longest=100_000, most=8)
    assert len(found) == 8 and found[-1] == 100_000
    assert lengths.sum() / np.array(found)[np.searchsorted(found, lengths)].sum() > 0.85


def test_more_buckets_than_a_byte_counts():
    lengths = np.repeat(np.arange(3, 403), 40)
    buckets = LengthBuckets(lengths, batch_size=8, longest=402, most=300, seed=0)
    assert len(buckets.lengths) == 300
    for length, items in map(buckets.batch, range(buckets.batches_per_epoch)):
        assert lengths[items].max() <= length
