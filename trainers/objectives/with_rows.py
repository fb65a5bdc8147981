"""Batches of a known size."""

import tensorflow as tf


def with_rows(batch, rows):
    """Gives a batch the number of rows that it is known to have; several workers lose it on the way.

    Args:
        batch: dict of tensors, rows first.
        rows: how many, or None to leave it open.

    Raises:
        ValueError: it has another number.

    Example:
        >>> with_rows({"x": tf.zeros((2, 3))}, 2)["x"].shape
        TensorShape([2, 3])
    """
    return {name: tf.ensure_shape(value, (rows, *value.shape[1:])) for name, value in batch.items()}
