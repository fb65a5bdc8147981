"""A learning rate that decreases when validations stop improving."""

from typing import Any

import keras
import tensorflow as tf

from .nt_asgd import NONE_YET


def with_plateau(optimizer: Any, *, rate: float, margin: float = 0.0) -> keras.optimizers.Optimizer:
    """Makes an optimizer lower its learning rate after a validation that is not better than the best before.

    As in Kim et al. 2016 (arXiv:1508.06615, section 4.1) and Mikolov et al. 2010. It works with any schedule, whose
    rate it multiplies. Its whole state is in variables of the optimizer, so that a checkpoint saves it.

    Args:
        optimizer: a Keras optimizer, not yet built. It gets a method `observe(loss)`, to be called after each
            validation.
        rate: factor of the learning rate at each reduction.
        margin: a validation counts as better if its loss is lower by more than this.

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
        """The same optimizer, with a factor of its learning rate."""

        def build(self, variables):
            """Creates the factor, and the best validation."""
            if self.built:
                return
            super().build(variables)
            self.plateau_share: Any = self.add_variable((), initializer="ones", name="plateau_share")
            worst: Any = keras.initializers.Constant(NONE_YET)
            self.plateau_best: Any = self.add_variable((), initializer=worst, name="plateau_best")

        def observe(self, loss: float) -> None:
            """Records a validation's loss, and lowers the learning rate if it is no better."""
            if hasattr(kind, "observe"):
                super().observe(loss)
            best = float(self.plateau_best.numpy())
            if best != NONE_YET and not loss < best - margin:
                self.plateau_share.assign(self.plateau_share * rate)
            if loss < best:
                self.plateau_best.assign(loss)

        # Private, but the only place where Keras reads the rate for steps, weight decay and logs.
        def _get_current_learning_rate(self):
            current = super()._get_current_learning_rate()
            return current * tf.convert_to_tensor(self.plateau_share) if self.built else current

    Plateau.__name__ = kind.__name__
    optimizer.__class__ = Plateau
    return optimizer
