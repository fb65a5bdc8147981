"""Stochastic gradient descent."""

from ..register_optimizer import register_optimizer


@register_optimizer("sgd")
def sgd(part, **shared):
    """Gradient descent with momentum."""
    import keras

    return keras.optimizers.SGD(momentum=part.momentum, **shared)
