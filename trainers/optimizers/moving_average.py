"""An exponential moving average of the weights."""

from typing import Any

import keras
import tensorflow as tf

from .weight_averages import WeightAverages


def with_moving_average(optimizer: Any, momentum: float) -> keras.optimizers.Optimizer:
    """Makes an optimizer average the weights after each step; the steps themselves continue from the weights.

    After step t (from 0) an average a becomes m · a + (1 - m) · w, with m = min(momentum, (1 + t) / (10 + t)) and m = 0
    at the first step, so that a short run, too, averages its last steps: the rule of TensorFlow's
    `tf.train.ExponentialMovingAverage` with `num_updates`. Polyak & Juditsky 1992 for the idea. Unlike `use_ema` of
    Keras, nothing replaces the weights at the end of `fit`, so that an interrupted run can go on from them. All its
    state is in variables of the optimizer, so that a checkpoint saves it.

    Args:
        optimizer: a Keras optimizer, not yet built. It becomes a `WeightAverages`, too.
        momentum: the most that an average keeps of itself in a step, from 0 to below 1: 0.999 averages about the last
            1,000 steps.

    Example:
        >>> weight = keras.Variable([0.0])
        >>> optimizer = with_moving_average(keras.optimizers.SGD(1.0), 0.5)
        >>> for _ in range(2):
        ...     optimizer.apply([tf.constant([-1.0])], [weight])
        >>> float(weight[0]), round(float(optimizer.averages[0][0]), 4)  # m = 2 / 11 at the second step
        (2.0, 1.8182)
    """
    kind = type(optimizer)

    class MovingAverage(WeightAverages, kind):
        """The same optimizer, with averages of its weights."""

        def build(self, variables):
            """Creates the averages."""
            if self.built:
                return
            super().build(variables)
            self.averages = [self.add_variable_from_reference(each, name="moving_average") for each in variables]

        def update_step(self, gradient, variable, learning_rate):
            """See Keras."""
            super().update_step(gradient, variable, learning_rate)
            average = self.averages[self._get_variable_index(variable)]
            step = tf.cast(tf.convert_to_tensor(self.iterations), tf.float32)
            kept = tf.where(step > 0, tf.minimum(momentum, (1 + step) / (10 + step)), 0.0)
            now, value = tf.convert_to_tensor(average), tf.convert_to_tensor(variable)
            # Not value + kept · (now - value): weights that stay as they are would change by rounding.
            self.assign(average, now + tf.cast(1 - kept, value.dtype) * (value - now))

    MovingAverage.__name__ = kind.__name__
    optimizer.__class__ = MovingAverage
    return optimizer
