"""What a probe finds in one layer. Importing this loads no TensorFlow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProbedLayer:
    """What a logistic regression reads from the vectors of one layer.

    Attributes:
        layer: its name.
        accuracy: the share of validation texts whose label it tells.
        strength: C of the regression.
        width: numbers in a vector.
    """

    layer: str
    accuracy: float
    strength: float
    width: int
