"""TensorFlow operations for logit rules."""

import tensorflow as tf


class TensorOps:
    """The operations of logit rules, with the same results as `layers.plain.numpy_ops.NumPyOps`."""

    where = staticmethod(tf.where)
    exp = staticmethod(tf.exp)
    sqrt = staticmethod(tf.sqrt)
    abs = staticmethod(tf.abs)
    lesser = staticmethod(tf.minimum)
    log_softmax = staticmethod(tf.nn.log_softmax)
    minimum = staticmethod(tf.minimum)
    maximum = staticmethod(tf.maximum)

    @staticmethod
    def any_above(scores, bound):
        """Whether a score of each row is above the bound: (B, 1)."""
        return tf.reduce_any(scores > bound, axis=-1, keepdims=True)

    @staticmethod
    def arange(count):
        """Returns 0, 1, ... as int32 (count,)."""
        return tf.range(count)

    @staticmethod
    def width(array):
        """Returns the number of columns; an int if it is known when tracing."""
        known = array.shape[-1]
        return tf.shape(array)[-1] if known is None else known

    @staticmethod
    def column(value, kind):
        """Returns one value per row, (B, 1), or one for all, (1, 1), in 32 bits."""
        return tf.reshape(tf.convert_to_tensor(value, tf.int32 if kind is int else tf.float32), (-1, 1))

    @staticmethod
    def row(values, kind):
        """Returns one row, (1, n), in 32 bits."""
        return tf.reshape(tf.cast(values, tf.int32 if kind is int else tf.float32), (1, -1))

    @staticmethod
    def concat(arrays):
        """Concatenates columns."""
        return tf.concat(arrays, axis=1)

    @staticmethod
    def columns(array, places):
        """Returns the columns at those positions, one or several: (B, n)."""
        return tf.gather(array, tf.reshape(places, (-1,)), axis=1)

    @staticmethod
    def contains(ids, counts, size):
        """Returns which of `size` ids each row (B, H) has at a position that counts: bool (B, size)."""
        return TensorOps.counts(ids, counts, size) > 0

    @staticmethod
    def counts(ids, counts, size):
        """Returns how often each row (B, H) has each of `size` ids at a position that counts: float32 (B, size)."""
        rows = tf.broadcast_to(tf.range(tf.shape(ids)[0])[:, tf.newaxis], tf.shape(ids))
        places = tf.reshape(tf.stack([rows, ids], axis=-1), (-1, 2))
        counts = tf.reshape(tf.cast(tf.broadcast_to(counts, tf.shape(ids)), tf.int32), (-1,))
        return tf.cast(tf.scatter_nd(places, counts, tf.stack([tf.shape(ids)[0], size])), tf.float32)

    @staticmethod
    def sum(values):
        """Returns the sum of each row, (B, 1)."""
        return tf.reduce_sum(values, axis=-1, keepdims=True)

    @staticmethod
    def highest(values):
        """Returns the maximum of each row, (B, 1)."""
        return tf.reduce_max(values, axis=-1, keepdims=True)

    @staticmethod
    def rising(keys, values):
        """Sorts each row of both (B, V) by rising keys."""
        order = tf.argsort(keys, axis=-1, stable=True)
        return tf.gather(keys, order, batch_dims=1), tf.gather(values, order, batch_dims=1)

    @staticmethod
    def sums_so_far(values):
        """Returns the cumulative sums of each row (B, V)."""
        return tf.cumsum(values, axis=-1)

    @staticmethod
    def host(function, given, *, like):
        """Calls a Python function of arrays that returns bool of the shape of `like`; not for exports."""
        return tf.ensure_shape(tf.numpy_function(function, given, tf.bool), like.shape)

    @staticmethod
    def greatest(values):
        """Returns the maximum of all."""
        return tf.reduce_max(values)

    @staticmethod
    def loop(first, end, body, value):
        """Returns `value` after `value = body(k, value)` for every k from `first` up to `end`, exclusive."""
        _, value = tf.while_loop(lambda k, _: k < end, lambda k, value: (k + 1, body(k, value)), (first, value))
        return value
