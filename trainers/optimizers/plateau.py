"""A learning rate that falls where validations get no better."""

from typing import Any

import keras
import tensorflow as tf

from .nt_asgd import NONE_YET


def with_plateau(optimizer: Any, *, rate: float, margin: float = 0.0) -> keras.optimizers.Optimizer:
    """The optimizer, which from now on lowers its learning rate where a validation is not better than the best before.

    As Kim et al. 2016 (arXiv:1508.06615, section 4.1) and Mikolov et al. 2010 do. It goes with any schedule, whose rate
    it multiplies. All that it knows are variables of the optimizer, so that a checkpoint keeps it.

    Args:
        optimizer: one of Keras, not yet built. It gets a method `observe(loss)`, to be called after each validation.
        rate: what the learning rate is multiplied by each time.
        margin: a validation counts as better where its loss is lower by more than this.

    Example:
        >>> optimizer = with_plateau(keras.optimizers.SGD(1.0), rate=0.5, margin=1.0)
        >>> optimizer.build([keras.Variable([1.0])])
        >>> for loss in (130.0, 120.0, 119.5):
        ...     optimizer.observe(loss)
        >>> float(optimizer.learning_rate)
        0.5
    """
    kind = type(optimizer)

    class Plateau(kind):
        """The same, with a share of its learning rate."""

        def build(self, variables):
            """Makes the share, and the best of the validations."""
            if self.built:
                return
            super().build(variables)
            self.plateau_share: Any = self.add_variable((), initializer="ones", name="plateau_share")
            worst: Any = keras.initializers.Constant(NONE_YET)
            self.plateau_best: Any = self.add_variable((), initializer=worst, name="plateau_best")

        def observe(self, loss: float) -> None:
            """Takes note of a validation's loss, and lowers the learning rate where it is no better."""
            if hasattr(kind, "observe"):
                super().observe(loss)
            best = float(self.plateau_best.numpy())
            if best != NONE_YET and not loss < best - margin:
                self.plateau_share.assign(self.plateau_share * rate)
            if loss < best:
                self.plateau_best.assign(loss)

        # Private, yet the one place from which Keras takes the rate for steps, for weight decay and for its logs.
        def _get_current_learning_rate(self):
            current = super()._get_current_learning_rate()
            return current * tf.convert_to_tensor(self.plateau_share) if self.built else current

    Plateau.__name__ = kind.__name__
    optimizer.__class__ = Plateau
    return optimizer
