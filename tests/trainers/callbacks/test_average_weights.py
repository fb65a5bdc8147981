from types import SimpleNamespace

import keras
import numpy as np
import pytest
from langzoo.trainers.callbacks import AverageWeights
from langzoo.trainers.optimizers.nt_asgd import NTASGD


@pytest.mark.parametrize("validates", [True, False])
def test_what_is_kept_are_the_averages_and_training_goes_on_from_the_weights(validates):
    weight = keras.Variable([1.0])
    optimizer = NTASGD(patience=1)
    optimizer.build([weight])
    callback = AverageWeights(optimizer)
    callback.set_model(SimpleNamespace(trainable_variables=[weight]))
    after = callback.after()
    optimizer.averages[0].assign([5.0])
    for steps, seen in ((0.0, 1.0), (2.0, 5.0), (3.0, 5.0)):
        optimizer.averaged_steps.assign(steps)
        if validates:
            callback.on_test_begin()
            np.testing.assert_array_equal(weight, [seen])
        callback.on_epoch_end(0)
        np.testing.assert_array_equal(weight, [seen])
        after.on_epoch_end(0, {})
        np.testing.assert_array_equal(weight, [1.0])
        np.testing.assert_array_equal(optimizer.averages[0], [5.0])
