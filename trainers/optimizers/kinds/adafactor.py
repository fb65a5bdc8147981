"""A step that is a share of each weight's size."""

from ..register_optimizer import register_optimizer


@register_optimizer("adafactor")
def adafactor(part, **shared):
    """Adafactor, whose rate is a share of each weight's size (Shazeer & Stern 2018, arXiv:1804.04235), for T5.

    Squared gradients are averaged by rows and by columns, there is no momentum, and each step is clipped at its own
    size. The rate is 1 / sqrt(step) at most; `optimizer.epsilon`, `beta_1` and `beta_2` do not count. (Keras keeps the
    product of rows and columns, too, so that nothing is saved beside Adam but the momentum.)
    """
    import keras

    return keras.optimizers.Adafactor(relative_step=False, **shared)
