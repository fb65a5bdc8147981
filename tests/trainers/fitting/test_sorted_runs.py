import numpy as np
import pytest
from langzoo.trainers.fitting import sorted_runs
from langzoo.trainers.fitting.sorted_runs import SortedRuns


@pytest.mark.parametrize("memory", [1280, 6400, 1 << 20])
def test_runs_are_counted_as_if_all_were_in_memory(memory, tmp_path):
    draw = np.random.default_rng(1)
    keys = draw.integers(0, 300, 2000) * 2**52  # over 32 bits
    runs = SortedRuns(tmp_path, memory=memory)
    for piece in np.array_split(keys, 7):
        runs.add(piece)
    pieces = list(runs.merged())
    found, counts = (np.concatenate(each) for each in zip(*pieces, strict=True))
    expected, expected_counts = np.unique(keys, return_counts=True)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(counts, expected_counts)
    assert (len(list(tmp_path.iterdir())) > 1) == (memory < 1 << 20)


def test_what_is_held_is_bounded(tmp_path):
    runs = SortedRuns(tmp_path, memory=64 * 100)
    held = []
    for start in range(0, 10_000, 1000):
        runs.add(np.arange(start, start + 1000))
        held.append(sum(len(keys) for keys, _ in runs._waiting))
    assert max(held) <= 100
    assert len(list(tmp_path.iterdir())) <= sorted_runs.MOST_RUNS  # 100 were written
    assert sum(len(keys) for keys, _ in runs.merged()) == 10_000


def test_nothing(tmp_path):
    assert [(len(keys), len(counts)) for keys, counts in SortedRuns(tmp_path, memory=1000).merged()] == [(0, 0)]
