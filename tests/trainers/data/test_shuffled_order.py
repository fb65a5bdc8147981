from langzoo.trainers.data.shuffled_order import ShuffledOrder


def order(size, epoch, *, seed):
    shuffled = ShuffledOrder(size, seed=seed)
    return [shuffled.item(epoch, i) for i in range(size)]


def test_a_permutation_of_its_own_for_every_seed_and_epoch():
    orders = [order(50, epoch, seed=seed) for seed in (0, 1) for epoch in (0, 1, 2)]
    assert all(sorted(items) == list(range(50)) for items in orders)
    assert len({tuple(items) for items in orders}) == 6
    assert order(50, 2, seed=1) == orders[-1]


def test_the_order_does_not_change_with_a_new_version():
    """A resumed run must find the order that the killed one had."""
    assert order(8, 3, seed=7) == [3, 5, 0, 4, 2, 7, 1, 6]


def test_without_a_seed_in_order():
    assert order(5, 9, seed=None) == [0, 1, 2, 3, 4]
