"""A model for tests of decoders: a table of what follows what."""

import numpy as np
import tensorflow as tf


class TableModel:
    """log p(next | last), (V, V); its state counts the tokens read, so that a mixed-up state shows."""

    max_sequence_length = None

    def __init__(self, log_probabilities):
        self.log_probabilities = np.asarray(log_probabilities)

    @classmethod
    def random(cls, size, *, seed):
        logits = 2 * np.random.default_rng(seed).normal(size=(size, size))
        return cls(logits - np.log(np.exp(logits).sum(-1, keepdims=True)))

    def initial_state(self, batch_size, max_length):
        del max_length
        return {"read": tf.zeros((batch_size,), tf.int32), "last": tf.zeros((batch_size,), tf.int32)}

    def prefill(self, inputs, state):
        lengths = tf.reduce_sum(tf.cast(inputs["padding_mask"], tf.int32), -1)
        last = tf.gather(inputs["token_ids"], lengths - 1, batch_dims=1)
        return self._after(last), {"read": state["read"] + lengths, "last": last}

    def step(self, token_ids, state):
        return self._after(token_ids), {"read": state["read"] + 1, "last": token_ids}

    def _after(self, token_ids):
        return tf.gather(tf.constant(self.log_probabilities, tf.float32), token_ids)
