import collections

import numpy as np
import pytest
from langzoo.trainers.data.alternating_source import AlternatingSource
from langzoo.trainers.data.batch_source import BatchSource
from langzoo.trainers.objectives.one_objective_each import PLACE


class Counted(BatchSource):
    """Rows of the number of their step."""

    batch_size, sequence_length = 4, 3

    def __init__(self, steps):
        self.steps_per_epoch = steps

    @property
    def fields(self):
        return {"token_ids": (np.int32, (None,)), "weights": (np.float32, ())}

    def rows(self, step, first, count):
        return {"token_ids": np.full((count, 3), step, np.int32), "weights": np.ones(count, np.float32)}


def turns(source, epoch=0):
    first = epoch * source.steps_per_epoch
    return [source.turn(step) for step in range(first, first + source.steps_per_epoch)]


def test_every_batch_of_every_source_comes_once_per_epoch():
    sources = {"a": Counted(30), "b": Counted(10)}
    source = AlternatingSource(sources, seed=3)
    assert source.steps_per_epoch == 40
    for epoch in range(2):
        found = turns(source, epoch)
        assert sorted(found) == [(name, epoch * n + i) for name, n in (("a", 30), ("b", 10)) for i in range(n)]
    names = [name for name, _ in turns(source)]
    assert names != sorted(names) and names != [name for name, _ in turns(source, 1)]
    again = AlternatingSource(sources, seed=3)
    assert [again.turn(step) for step in reversed(range(80))] == [source.turn(step) for step in reversed(range(80))]
    assert turns(AlternatingSource(sources, seed=None)) == [("a", i) for i in range(30)] + [("b", i) for i in range(10)]


@pytest.mark.parametrize("alpha, quotas", [(1.0, [81, 9]), (0.5, [68, 22]), (0.0, [45, 45])])
def test_shares_go_by_a_power_of_the_size(alpha, quotas):
    """81 ** 0.5 : 9 ** 0.5 = 9 : 3, of 90 batches 67.5 and 22.5."""
    source = AlternatingSource({"a": Counted(81), "b": Counted(9)}, seed=0, alpha=alpha)
    counts = collections.Counter(name for name, _ in turns(source))
    assert [counts["a"], counts["b"]] == quotas
    own = [step for epoch in range(2) for name, step in turns(source, epoch) if name == "b"]
    assert own == list(range(2 * quotas[1]))  # which goes on where it left off
    assert source.turns("b.loss", 0, 90) == quotas[1] and source.turns("loss", 0, 90) == 90


def test_a_small_source_has_its_turn():
    source = AlternatingSource({"a": Counted(999), "b": Counted(1), "c": Counted(2)}, seed=0, alpha=0.9)
    assert sum(source.quotas) == source.steps_per_epoch == 1002 and min(source.quotas) >= 1


def test_a_batch_holds_its_own_and_nothing_of_others():
    source = AlternatingSource({"a": Counted(3), "b": Counted(2)}, seed=0)
    for step in range(10):
        name, own_step = source.turn(step)
        rows = source.rows(step, 1, 2)
        other = "b" if name == "a" else "a"
        assert rows.keys() == source.fields.keys()
        np.testing.assert_array_equal(rows[f"{name}.token_ids"], np.full((2, 3), own_step))
        np.testing.assert_array_equal(rows[f"{other}.token_ids"], np.zeros((2, 1)))
        np.testing.assert_array_equal(rows[f"{other}.weights"], np.zeros(2))
        np.testing.assert_array_equal(rows[PLACE], np.full(2, "ab".index(name)))


def test_batches_of_different_sizes_are_refused():
    other = Counted(2)
    other.batch_size = 8
    with pytest.raises(ValueError, match="the same number of rows"):
        AlternatingSource({"a": Counted(2), "b": other}, seed=0)
