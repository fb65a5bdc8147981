"""Random numbers that are the same everywhere: live, compiled, in a SavedModel and in a LiteRT file."""

import math

import tensorflow as tf

_ROUND = ((16, 0x85EBCA6B), (13, 0xC2B2AE35))


def random_bits(shape, seed):
    """Hashes each position of a tensor with MurmurHash3's 32-bit finalizer, keyed like counter-based generators.

    Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"; Appleby, https://github.com/aappleby/smhasher.

    Args:
        shape: int32 (R,).
        seed: two integers; another pair gives other bits everywhere.

    Returns:
        uint32 of that shape.

    Example:
        >>> random_bits(tf.constant([2]), tf.constant([1, 2])).numpy().tolist() == [
        ...     *random_bits(tf.constant([3]), tf.constant([1, 2])).numpy()[:2]
        ... ]
        True
    """
    # In uint32, which may wrap: a tensor may have more than 2^31 elements.
    last = tf.cast(shape[-1], tf.uint32)
    rows = tf.cast(tf.range(tf.reduce_prod(shape[:-1])), tf.uint32) * last
    bits = tf.reshape(rows[:, tf.newaxis] + tf.cast(tf.range(shape[-1]), tf.uint32), (-1,))
    for key in tf.unstack(tf.cast(seed, tf.uint32), num=2):
        bits = _mixed(bits, key)
    return tf.reshape(bits, shape)


def random_uniform(seeds, step):
    """Returns a number in [0, 1) for each seed, with 24 random bits, determined by the seed and the step.

    Args:
        seeds: int32 (B,).
        step: int32 scalar.

    Returns:
        float32 (B,).

    Example:
        >>> random_uniform(tf.constant([7, 8]), tf.constant(0)).numpy()
        array([0.15240276, 0.9477878 ], dtype=float32)
    """
    bits = _mixed(tf.cast(step, tf.uint32)[tf.newaxis], tf.constant(_STEPS, tf.uint32))
    bits = _mixed(bits, tf.cast(seeds, tf.uint32))  # (B,)
    return tf.cast(tf.bitwise.right_shift(bits, tf.constant(8, tf.uint32)), tf.float32) * 2.0**-24


def random_table(seeds, places, step, size):
    """Returns numbers in (0, 1) for `size` columns of each row, determined by its seed, its place and the step.

    Args:
        seeds: int32 (B,).
        places: int32 (B,), which of the rows of that seed.
        step: int32 scalar.
        size: columns.

    Returns:
        float32 (B, size).

    Example:
        >>> random_table(tf.constant([7, 7]), tf.constant([0, 1]), tf.constant(0), 2).shape
        TensorShape([2, 2])
    """
    bits = _mixed(tf.cast(tf.range(size), tf.uint32), tf.constant(_COLUMNS, tf.uint32))[tf.newaxis]
    for key in (tf.reshape(step, (1, 1)), places[:, tf.newaxis], seeds[:, tf.newaxis]):
        bits = _mixed(bits, tf.cast(key, tf.uint32))
    bits = tf.cast(tf.bitwise.right_shift(bits, tf.constant(9, tf.uint32)), tf.float32)
    return (bits + 0.5) * 2.0**-23  # 23 bits and a half, which 24 bits hold


def random_normal(seeds, places, step, size):
    """Returns numbers from N(0, 1) for `size` columns of each row, determined by its seed, its place and the step.

    Box & Muller 1958, "A note on the generation of random normal deviates", on `random_table`.

    Args:
        seeds: int32 (B,).
        places: int32 (B,), which of the rows of that seed.
        step: int32 scalar.
        size: columns.

    Returns:
        float32 (B, size), all within ± 5.8.

    Example:
        >>> random_normal(tf.constant([7, 8]), tf.constant([0, 0]), tf.constant(0), 3).shape
        TensorShape([2, 3])
    """
    table = random_table(seeds, places, step, 2 * size)
    return tf.sqrt(-2.0 * tf.math.log(table[:, :size])) * tf.cos(2.0 * math.pi * table[:, size:])


_COLUMNS = 0x85EBCA77
_STEPS = 0x9E3779B9
"""Key of the steps: 0 would be hashed to 0."""


def _mixed(bits, key):
    bits = tf.bitwise.bitwise_xor(bits, key)
    for shift, factor in _ROUND:
        bits = _folded(bits, shift) * tf.constant(factor, tf.uint32)
    return _folded(bits, 16)


def _folded(bits, shift):
    return tf.bitwise.bitwise_xor(bits, tf.bitwise.right_shift(bits, tf.constant(shift, tf.uint32)))
