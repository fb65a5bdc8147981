"""Adafactor, whose steps are relative to the size of each weight."""

from ..register_optimizer import register_optimizer


@register_optimizer("adafactor")
def adafactor(part, **shared):
    """Adafactor, whose rate is relative to the size of each weight (Shazeer & Stern 2018, arXiv:1804.04235), for T5.

    Squared gradients are averaged by rows and by columns, there is no momentum, and each step is clipped by its own
    size. The rate is at most 1 / sqrt(step); `optimizer.epsilon`, `beta_1` and `beta_2` are ignored. (Keras also stores
    the product of rows and columns, so that only the momentum is saved compared to Adam.)
    """
    import keras

    return keras.optimizers.Adafactor(relative_step=False, **shared)
