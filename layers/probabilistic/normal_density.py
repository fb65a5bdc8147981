"""The density of normal distributions without covariances, as a pure tensor function."""

import math

import tensorflow as tf

LOG_TWO_PI = math.log(2 * math.pi)


def normal_density(x, mean, log_variance) -> tf.Tensor:
    """Returns log N(x; mean, exp(log_variance)) of every dimension; their sum over the last axis is that of a vector.

    Args:
        x, mean, log_variance: float tensors of compatible shapes.

    Example:
        >>> normal_density(tf.constant([0.0]), tf.constant([0.0]), tf.constant([0.0])).numpy()
        array([-0.9189385], dtype=float32)
    """
    return -0.5 * (LOG_TWO_PI + log_variance + tf.square(x - mean) * tf.exp(-log_variance))
