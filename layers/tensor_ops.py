"""TensorFlow operations for logit rules."""

import tensorflow as tf


class TensorOps:
    """The operations of logit rules; see `layers.plain.logit_rules.numpy_ops`, whose results these are."""

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
        """0, 1, ... as int32 (count,)."""
        return tf.range(count)

    @staticmethod
    def width(array):
        """The number of columns; an int where it is known when the graph is made."""
        known = array.shape[-1]
        return tf.shape(array)[-1] if known is None else known

    @staticmethod
    def column(value, kind):
        """One value per row, (B, 1), or one for all, (1, 1), in 32 bits."""
        return tf.reshape(tf.convert_to_tensor(value, tf.int32 if kind is int else tf.float32), (-1, 1))

    @staticmethod
    def row(values, kind):
        """One row, (1, n), in 32 bits."""
        return tf.reshape(tf.cast(values, tf.int32 if kind is int else tf.float32), (1, -1))

    @staticmethod
    def concat(arrays):
        """Columns side by side."""
        return tf.concat(arrays, axis=1)

    @staticmethod
    def columns(array, places):
        """The columns at those places, one or several: (B, n)."""
        return tf.gather(array, tf.reshape(places, (-1,)), axis=1)

    @staticmethod
    def contains(ids, counts, size):
        """Which of `size` ids each row (B, H) holds at a place that counts: bool (B, size)."""
        return TensorOps.counts(ids, counts, size) > 0

    @staticmethod
    def counts(ids, counts, size):
        """How often each row (B, H) holds each of `size` ids at a place that counts: float32 (B, size)."""
        rows = tf.broadcast_to(tf.range(tf.shape(ids)[0])[:, tf.newaxis], tf.shape(ids))
        places = tf.reshape(tf.stack([rows, ids], axis=-1), (-1, 2))
        counts = tf.reshape(tf.cast(tf.broadcast_to(counts, tf.shape(ids)), tf.int32), (-1,))
        return tf.cast(tf.scatter_nd(places, counts, tf.stack([tf.shape(ids)[0], size])), tf.float32)

    @staticmethod
    def sum(values):
        """The sum of each row, (B, 1)."""
        return tf.reduce_sum(values, axis=-1, keepdims=True)

    @staticmethod
    def highest(values):
        """The largest of each row, (B, 1)."""
        return tf.reduce_max(values, axis=-1, keepdims=True)

    @staticmethod
    def rising(keys, values):
        """Each row of both (B, V) in the order of rising keys."""
        order = tf.argsort(keys, axis=-1, stable=True)
        return tf.gather(keys, order, batch_dims=1), tf.gather(values, order, batch_dims=1)

    @staticmethod
    def sums_so_far(values):
        """Cumulative sums of each row (B, V)."""
        return tf.cumsum(values, axis=-1)

    @staticmethod
    def host(function, given, *, like):
        """What a Python function makes of arrays: bool of the shape of `like`; not for exports."""
        return tf.ensure_shape(tf.numpy_function(function, given, tf.bool), like.shape)

    @staticmethod
    def greatest(values):
        """The largest of all."""
        return tf.reduce_max(values)

    @staticmethod
    def loop(first, end, body, value):
        """`value` after `value = body(k, value)` for every k from `first` up to `end`, which is not reached."""
        _, value = tf.while_loop(lambda k, _: k < end, lambda k, value: (k + 1, body(k, value)), (first, value))
        return value
