"""LAMB as in its paper."""

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="langzoo")
class DecayedLamb(keras.optimizers.Lamb):
    """Keras LAMB with weight decay inside the scaled step (You et al. 2020, algorithm 2).

    Keras decays weights before and outside the scaled step, and scales biases, too; here weight decay is part of the
    scaled step, and variables of a rank below two are neither decayed nor scaled.

    Args:
        decay: the weight decay.
        **kwargs: arguments of `keras.optimizers.Lamb`, except `weight_decay`.

    Example:
        >>> DecayedLamb(decay=0.01, learning_rate=4e-4).decay
        0.01
    """

    def __init__(self, *, decay: float = 0.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.decay = decay

    def update_step(self, gradient, variable, learning_rate):
        """See Keras."""
        rate, gradient = tf.cast(learning_rate, variable.dtype), tf.cast(gradient, variable.dtype)
        step = tf.cast(self.iterations, variable.dtype) + 1  # pyright: ignore[reportArgumentType, reportCallIssue]
        # Private, as in every Keras optimizer: the index of a variable's moments.
        place = self._get_variable_index(variable)
        m, v = self._momentums[place], self._velocities[place]
        self.assign_add(m, (gradient - m) * (1 - self.beta_1))
        self.assign_add(v, (tf.square(gradient) - v) * (1 - self.beta_2))
        mean, square = m / (1 - tf.pow(self.beta_1, step)), v / (1 - tf.pow(self.beta_2, step))
        update = mean / (tf.sqrt(square) + self.epsilon)
        if len(variable.shape) > 1:
            update += self.decay * variable
            size, length = tf.norm(variable), tf.norm(update)
            update *= tf.where((size > 0) & (length > 0), tf.math.divide_no_nan(size, length), 1.0)
        self.assign_sub(variable, rate * update)

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "decay": self.decay}
