"""Sliding windows over the words of a text."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="langzoo")
class SlidingWindow(keras.layers.Layer):
    """Returns the window of words that ends at each position of a text, as a batch of right-padded sequences.

    Args:
        size: maximum number of words of a window, W.

    Call with `token_ids` int (B, T), `state` (what the last call returned, or None) and `padding_mask` bool (B, T),
    right-padded. Returns `token_ids` int32 (B·T, W), `padding_mask` bool (B·T, W), and `state`: `window` int32 (B, W),
    the last words, right-aligned, and `length` int32 (B,), the number of words among them.

    Example:
        >>> SlidingWindow(2)(tf.constant([[5, 6, 7]]))["token_ids"].numpy().tolist()
        [[5, 0], [5, 6], [6, 7]]
    """

    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        if size < 1:
            raise ValueError(f"SlidingWindow: size must be at least 1, not {size}")
        self.size = size

    def initial_state(self, batch_size):
        """Returns an empty window for every row."""
        return {
            "window": tf.zeros((batch_size, self.size), tf.int32),
            "length": tf.zeros((batch_size,), tf.int32),
        }

    def call(self, token_ids, state=None, padding_mask=None):
        """See the class."""
        token_ids = tf.cast(token_ids, tf.int32)
        batch, steps = tf.shape(token_ids)[0], tf.shape(token_ids)[1]
        state = state or self.initial_state(batch)
        words = tf.concat([state["window"], token_ids], axis=1)  # (B, W + T)
        columns = tf.range(self.size)
        # The window of step t ends with column W + t; `lengths` words of it are there.
        ends = self.size + tf.range(steps) + 1  # (T,)
        lengths = tf.minimum(state["length"][:, tf.newaxis] + tf.range(steps) + 1, self.size)  # (B, T)
        mask = columns < lengths[:, :, tf.newaxis]  # (B, T, W)
        places = tf.where(mask, (ends - lengths)[:, :, tf.newaxis] + columns, 0)
        windows = tf.where(mask, tf.gather(words, places, batch_dims=1), 0)  # (B, T, W)
        new = tf.fill((batch,), steps) if padding_mask is None else tf.reduce_sum(tf.cast(padding_mask, tf.int32), -1)
        last = tf.gather(words, new[:, tf.newaxis] + columns, batch_dims=1)  # (B, W)
        return {
            "token_ids": tf.reshape(windows, (-1, self.size)),
            "padding_mask": tf.reshape(mask, (-1, self.size)),
            "state": {"window": last, "length": tf.minimum(state["length"] + new, self.size)},
        }

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "size": self.size}
