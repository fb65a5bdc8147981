import io

import numpy as np
from langzoo.zoo.state_map import draw_states, long_run_shares
from matplotlib.image import imread

A = np.array([[0.1, 0.9, 0.0], [0.5, 0.0, 0.5], [1.0, 0.0, 0.0]])
B = np.array([[0.6, 0.4, 0.0], [0.0, 0.1, 0.9], [0.3, 0.3, 0.4]])


def test_shares_of_the_long_run_are_the_stationary_distribution():
    found = long_run_shares(np.array([1.0, 0, 0]), A)
    np.testing.assert_allclose(found @ A, found, atol=1e-9)


def test_a_picture_shows_the_transitions_and_is_the_same_again():
    drawn = draw_states((np.array([1.0, 0, 0]), A, B), ["cat", "$dog$", "猫"], title="States")
    assert drawn == draw_states((np.array([1.0, 0, 0]), A, B), ["cat", "$dog$", "猫"], title="States")
    other = draw_states((np.array([1.0, 0, 0]), A[[1, 0, 2]], B), ["cat", "$dog$", "猫"], title="States")
    assert drawn != other and imread(io.BytesIO(drawn)).shape[2] >= 3


def test_of_many_states_the_most_frequent_are_drawn():
    many = np.full((60, 60), 1 / 60)
    drawn = draw_states((many[0], many, np.full((60, 3), 1 / 3)), ["a", "b", "c"])
    height, width = imread(io.BytesIO(drawn)).shape[:2]
    assert height < 60 * 0.3 * 120 and width < 60 * 0.3 * 120 + 6 * 120
