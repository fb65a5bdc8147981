"""Active units, worked out by hand."""

import numpy as np
from langzoo.trainers.evaluation.metrics import measure
from langzoo.trainers.evaluation.predictions import Predictions


def test_dimensions_whose_means_vary_are_counted():
    means = np.array([[1.0, 5.0, 0.0], [-1.0, 5.0, 0.19], [1.0, 5.0, 0.0], [-1.0, 5.0, 0.19]], np.float32)
    assert measure(Predictions("latent", np.ones(4), means)) == {"active_units": 1.0}  # 0.095² is below 0.01
    means[:, 2] *= 1.1
    assert measure(Predictions("latent", np.ones(4), means)) == {"active_units": 2.0}
