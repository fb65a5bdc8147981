"""Averaged stochastic gradient descent with a non-monotonic trigger."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from .weight_averages import WeightAverages

NONE_YET = float(np.finfo(np.float32).max)
"""A loss worse than any validation, and finite, like all variables of a checkpoint."""


@keras.saving.register_keras_serializable(package="langzoo")
class NTASGD(WeightAverages, keras.optimizers.SGD):
    """SGD that begins to average its weights once validations stop improving: NT-ASGD.

    Merity et al. 2018 (arXiv:1708.02182), algorithm 1; the averages are those of Polyak & Juditsky 1992. Averaging
    begins after a validation that is worse than the best of all but the last n before it. From then on, `averaged` are
    the means of the weights after each step; the steps themselves continue from the weights, not from the means.

    Its whole state is in variables of the optimizer, so that a checkpoint saves it.

    Args:
        patience: n.
        **kwargs: arguments of `keras.optimizers.SGD`.

    Example:
        >>> optimizer = NTASGD(learning_rate=30.0, patience=2)
        >>> optimizer.build([keras.Variable([1.0])])
        >>> for loss in (5.0, 4.0, 4.5, 4.2, 4.1):
        ...     optimizer.observe(loss)
        >>> optimizer.is_averaging
        True
    """

    def __init__(self, *, patience=5, **kwargs):
        super().__init__(**kwargs)
        if patience < 1:
            raise ValueError(f"NTASGD: patience must be at least 1, not {patience!r}")
        self.patience = patience

    def build(self, variables):
        """Creates the averages, and the record of the validations."""
        if self.built:
            return
        super().build(variables)
        self.averages = [self.add_variable_from_reference(each, name="average") for each in variables]
        self.averaged_steps: Any = self._numbers("averaged_steps", 0.0)
        self.averaging: Any = self._numbers("averaging", 0.0)
        # The lowest loss of the validations before the last n, and the last n, the latest at the end.
        self.least_before: Any = self._numbers("least_before", NONE_YET)
        self.last: Any = self._numbers("last_validations", NONE_YET, self.patience)

    def _numbers(self, name: str, value: float, *shape: int) -> Any:
        initializer: Any = keras.initializers.Constant(value)
        return self.add_variable(shape, initializer=initializer, name=name)

    @property
    def is_averaging(self) -> bool:
        """Whether averaging has begun."""
        return bool(self.averaging.numpy())

    @property
    def has_averages(self) -> bool:
        """Whether there are averages: averaging has begun, and steps were made since."""
        return bool(self.averaged_steps.numpy())

    def observe(self, loss: float) -> None:
        """Records a validation's loss, and starts averaging when it is time."""
        if self.is_averaging:
            return
        if loss > float(self.least_before.numpy()):
            self.averaging.assign(1.0)
            return
        last = self.last.numpy()
        self.least_before.assign(min(float(self.least_before.numpy()), float(last[0])))
        self.last.assign([*last[1:], min(loss, NONE_YET)])

    def apply(self, grads, trainable_variables=None):
        """One step; see Keras."""
        if not self.built:
            self.build(trainable_variables)
        self.averaged_steps.assign(self.averaged_steps + self.averaging)
        return super().apply(grads, trainable_variables)

    def update_step(self, gradient, variable, learning_rate):
        """See Keras; the average moves by 1 / k of its distance at the k-th step, and not at all before the first."""
        super().update_step(gradient, variable, learning_rate)
        average = self.averages[self._get_variable_index(variable)]
        share = tf.math.divide_no_nan(tf.convert_to_tensor(self.averaging), tf.convert_to_tensor(self.averaged_steps))
        now, value = tf.convert_to_tensor(average), tf.convert_to_tensor(variable)
        # Not only now + share · (value - now): that is value itself to rounding where the share is 1.
        moved = tf.where(share < 1, now + tf.cast(share, value.dtype) * (value - now), value)
        self.assign(average, moved)

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "patience": self.patience}
