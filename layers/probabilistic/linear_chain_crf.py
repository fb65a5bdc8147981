"""A linear-chain conditional random field."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="langzoo")
class LinearChainCRF(keras.layers.Layer):
    """p(y|x) = exp(s(x, y)) / Σ exp(s(x, y')), a conditional random field over label sequences.

    s(x, y) = start[y₁] + Σ emissions[t, yₜ] + Σ transitions[yₜ₋₁, yₜ] + end[y_W] (Lafferty, McCallum & Pereira 2001;
    Lample et al. 2016, arXiv:1603.01360, section 2.2).

    Args:
        num_labels: C.
        kernel_initializer: of `transitions` (C, C), from row to column, `start` (C,) and `end` (C,).
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `emissions` float32 (B, W, C) and `lengths` int32 (B,), each from 0 to W; returns the best sequences,
    int32 (B, W), 0 after a row's length: Viterbi's algorithm, which every export computes in its graph.

    Example:
        >>> crf = LinearChainCRF(2, kernel_initializer="zeros")
        >>> crf(tf.constant([[[0.0, 1.0], [2.0, 0.0]]]), tf.constant([2])).numpy()
        array([[1, 0]], dtype=int32)
    """

    def __init__(self, num_labels, *, kernel_initializer: keras.initializers.Initializer | str = "zeros", **kwargs):
        kwargs.setdefault("dtype", "float32")  # sums over a whole text, under any policy
        super().__init__(**kwargs)
        self.num_labels = num_labels
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        size, initializer = num_labels, self.kernel_initializer
        self.transitions = self.add_weight(name="transitions", shape=(size, size), initializer=initializer)
        self.start = self.add_weight(name="start", shape=(size,), initializer=initializer)
        self.end = self.add_weight(name="end", shape=(size,), initializer=initializer)
        self.built = True

    def negative_log_likelihood(self, emissions, labels, lengths):
        """Returns -log p of each row's labels, by the forward algorithm in log space.

        Args:
            emissions: float32 (B, W, C).
            labels: int32 (B, W); labels after a row's length are not read.
            lengths: int32 (B,), from 0 to W; an empty row has the loss 0.

        Returns:
            float32 (B,), nats per row.
        """
        emissions = tf.cast(emissions, tf.float32)
        alpha = self.start + emissions[:, 0]  # (B, C)
        transitions = tf.convert_to_tensor(self.transitions)

        def read(place, alpha):
            # The log-sum over the previous label of every row; rows that have ended are unchanged.
            after = tf.reduce_logsumexp(alpha[:, :, tf.newaxis] + transitions, axis=1) + emissions[:, place]
            return place + 1, tf.where((place < lengths)[:, tf.newaxis], after, alpha)

        steps = tf.shape(emissions)[1]
        # XLA supports the gradient of a loop if it knows its bound, and it knows every shape.
        _, alpha = tf.while_loop(lambda place, _: place < steps, read, (1, alpha), maximum_iterations=steps)
        total = tf.reduce_logsumexp(alpha + self.end, axis=-1)
        return tf.where(lengths > 0, total - self._score(emissions, labels, lengths), 0.0)

    def _score(self, emissions, labels, lengths):
        """Returns s(x, y), (B,)."""
        labels = tf.clip_by_value(labels, 0, self.num_labels - 1)
        mask = tf.cast(tf.sequence_mask(lengths, tf.shape(labels)[1]), tf.float32)  # (B, W)
        emitted = tf.gather(emissions, labels, axis=2, batch_dims=2)  # (B, W)
        pairs = labels[:, :-1] * self.num_labels + labels[:, 1:]
        moved = tf.gather(tf.reshape(self.transitions, [-1]), pairs)  # (B, W - 1)
        last = tf.gather(labels, tf.maximum(lengths - 1, 0), batch_dims=1)
        ends = tf.gather(self.start, labels[:, 0]) + tf.gather(self.end, last)
        return ends + tf.reduce_sum(emitted * mask, axis=1) + tf.reduce_sum(moved * mask[:, 1:], axis=1)

    def call(self, emissions, lengths):
        """See the class."""
        return best_labels(emissions, lengths, transitions=self.transitions, start=self.start, end=self.end)

    def compute_output_shape(self, emissions_shape, lengths_shape):
        """The output shape, for Keras."""
        del lengths_shape
        return tuple(emissions_shape[:2])

    def compute_output_spec(self, emissions, lengths):
        """The output specification; Keras would guess the type of the scores."""
        del lengths
        return keras.KerasTensor(tuple(emissions.shape[:2]), "int32")

    def get_config(self):
        """The constructor's arguments."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {**super().get_config(), "num_labels": self.num_labels, "kernel_initializer": initializer}


def best_labels(emissions, lengths, *, transitions, start, end):
    """Returns the best label sequence of each row, by Viterbi's algorithm (1967); ties go to the lowest label.

    Args:
        emissions: float32 (B, W, C).
        lengths: int32 (B,), from 0 to W.
        transitions: float32 (C, C), added for a label (column) after another (row); `forbidden_transitions` has those
            of a tag scheme.
        start, end: float32 (C,), added for the first and the last label.

    Returns:
        int32 (B, W), 0 after a row's length.

    Example:
        >>> never = tf.constant([[0.0, -1e9], [0.0, 0.0]])  # label 1 does not follow label 0
        >>> scores = tf.constant([[[3.0, 2.0], [0.0, 4.0]]])
        >>> best_labels(scores, tf.constant([2]), transitions=never, start=tf.zeros(2), end=tf.zeros(2)).numpy()
        array([[1, 1]], dtype=int32)
    """
    emissions, transitions = tf.cast(emissions, tf.float32), tf.convert_to_tensor(transitions)  # read outside the loop
    shape = tf.shape(emissions)
    rows, steps = shape[0], shape[1]
    places = tf.range(steps)  # (W,)
    best = start + emissions[:, 0]  # (B, C)

    def read(place, best, before):
        scores = best[:, :, tf.newaxis] + transitions  # (B, C, C)
        new = tf.reduce_max(scores, axis=1) + emissions[:, place]
        goes_on = (place < lengths)[:, tf.newaxis]
        # By where and not into an array: a loop of LiteRT's own operations can only have tensors.
        here = (places == place)[:, tf.newaxis]  # (W, 1)
        chosen = tf.argmax(scores, axis=1, output_type=tf.int32)[:, tf.newaxis]  # (B, 1, C)
        return place + 1, tf.where(goes_on, new, best), tf.where(here, chosen, before)

    zero = tf.zeros_like(emissions, tf.int32)
    goes = lambda place, *_: place < steps  # noqa: E731
    _, best, before = tf.while_loop(goes, read, (1, best, zero), maximum_iterations=emissions.shape[1])
    last = tf.argmax(best + end, axis=-1, output_type=tf.int32)  # (B,)

    def trace(place, label, labels):
        labels = tf.where((places == place) & (place < lengths)[:, tf.newaxis], label[:, tf.newaxis], labels)
        earlier = tf.gather(before[:, place], label, batch_dims=1)
        return place - 1, tf.where(place < lengths, earlier, label), labels

    found = tf.zeros(tf.stack([rows, steps]), tf.int32)
    _, _, found = tf.while_loop(
        lambda place, *_: place >= 0, trace, (steps - 1, last, found), maximum_iterations=emissions.shape[1]
    )
    return tf.ensure_shape(found, emissions.shape[:2])
