import numpy as np
import pytest
from langzoo.layers.initializers import ColumnwiseNormal


def test_each_group_has_its_deviation():
    initializer = ColumnwiseNormal([(100, 0.5), (50, 2.0)], seed=1)
    numbers = np.array(initializer((400, 150), dtype="float32"))
    assert numbers[:, :100].std() == pytest.approx(0.5, rel=0.02)
    assert numbers[:, 100:].std() == pytest.approx(2.0, rel=0.02)
    twin = ColumnwiseNormal.from_config(initializer.get_config())
    np.testing.assert_array_equal(twin((400, 150), dtype="float32"), numbers)


def test_columns_that_do_not_sum_up():
    with pytest.raises(ValueError, match="columns of groups must sum to 4, not 3"):
        ColumnwiseNormal([(3, 1.0)])((2, 4))
