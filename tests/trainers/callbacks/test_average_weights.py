from types import SimpleNamespace

import keras
import numpy as np
from langzoo.trainers.callbacks import AverageWeights
from langzoo.trainers.optimizers.nt_asgd import NTASGD


def test_a_validation_sees_the_averages_and_training_goes_on_from_the_weights():
    weight = keras.Variable([1.0])
    optimizer = NTASGD(patience=1)
    optimizer.build([weight])
    callback = AverageWeights(optimizer)
    callback.set_model(SimpleNamespace(trainable_variables=[weight]))
    optimizer.averages[0].assign([5.0])
    for steps, seen in ((0.0, 1.0), (2.0, 5.0)):
        optimizer.averaged_steps.assign(steps)
        callback.on_test_begin()
        np.testing.assert_array_equal(weight, [seen])
        callback.on_epoch_end(0)
        np.testing.assert_array_equal(weight, [1.0])
        np.testing.assert_array_equal(optimizer.averages[0], [5.0])
