"""The result of a probe. Importing this loads no TensorFlow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProbedLayer:
    """The result of a logistic regression on the vectors of one layer, or of several together.

    Attributes:
        layer: its name.
        accuracy: the accuracy on the validation texts.
        strength: C of the regression.
        width: the size of a vector.
        joined: the number of layers whose vectors were concatenated.
    """

    layer: str
    accuracy: float
    strength: float
    width: int
    joined: int = 1
