"""Optimizers that average the weights."""

from typing import Any


class WeightAverages:
    """The interface of optimizers that average the weights, which are validated and kept instead of the last ones.

    Attributes:
        averages: the average of each trainable variable, in their order.
        iterations: number of steps, of the Keras optimizer that inherits from this.
    """

    averages: list[Any]
    iterations: Any

    @property
    def has_averages(self) -> bool:
        """Whether there are averages yet: from the first step on, unless an optimizer begins later."""
        return bool(self.iterations.numpy())

    def swap(self, variables) -> None:
        """Swaps weights and averages; a second call restores both."""
        for variable, average in zip(variables, self.averages, strict=True):
            weight = variable.numpy()
            variable.assign(average.numpy())
            average.assign(weight)
