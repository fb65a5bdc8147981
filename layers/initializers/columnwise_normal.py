"""An initializer for fused matrices that treats their parts separately."""

import keras


@keras.saving.register_keras_serializable(package="langzoo")
class ColumnwiseNormal(keras.initializers.Initializer):
    """Normal numbers whose standard deviation differs from one group of columns to the next.

    Args:
        groups: pairs of a number of columns and their standard deviation, from the left.
        seed: seed of the numbers; None for a random one.

    Example:
        >>> ColumnwiseNormal([(2, 1.0), (1, 0.0)])((4, 3)).shape
        TensorShape([4, 3])
    """

    def __init__(self, groups, seed=None):
        self.groups = tuple((int(columns), float(stddev)) for columns, stddev in groups)
        self.seed = seed
        self._normal = keras.initializers.RandomNormal(stddev=1.0, seed=seed)

    def __call__(self, shape, dtype=None):
        """Returns numbers of shape (rows, columns).

        Raises:
            ValueError: the groups do not have as many columns.
        """
        columns = [columns for columns, _ in self.groups]
        if sum(columns) != shape[-1]:
            raise ValueError(f"ColumnwiseNormal: the columns of groups must sum to {shape[-1]}, not {sum(columns)}")
        scale = [stddev for columns, stddev in self.groups for _ in range(columns)]
        return self._normal(shape, dtype=dtype) * keras.ops.convert_to_tensor(scale, dtype=dtype)

    def get_config(self):
        """The constructor's arguments."""
        return {"groups": [list(group) for group in self.groups], "seed": self.seed}
