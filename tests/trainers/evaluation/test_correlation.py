import numpy as np
import pytest
from langzoo.trainers.evaluation.correlation import pearson, spearman


def test_by_hand():
    # Deviations (-2, -1, 0, 3) and (-1, 1, 0, 0): product 1, norms 14 and 2.
    assert pearson([1, 2, 3, 6], [4, 6, 5, 5]) == pytest.approx(1 / np.sqrt(28))
    # Ranks (1, 2, 3, 4) and (1, 4, 2.5, 2.5): deviations' product 1.5, norms 5 and 4.5.
    assert spearman([1, 2, 3, 6], [4, 6, 5, 5]) == pytest.approx(1.5 / np.sqrt(22.5))
    assert spearman([1, 2, 3], [1, 10, 1000]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)


def test_nothing_goes_with_what_is_constant_or_alone():
    assert np.isnan(pearson([1, 1, 1], [1, 2, 3]))
    assert np.isnan(spearman([1, 2, 3], [7, 7, 7]))
    assert np.isnan(pearson([1], [1])) and np.isnan(spearman([], []))
