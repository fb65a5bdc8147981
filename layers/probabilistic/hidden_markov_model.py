"""A hidden Markov model over tokens."""

import keras
import numpy as np
import tensorflow as tf

from ..recurrent.recurrence import recurrence
from .linear_chain_crf import best_labels

LEAST = 1e-37
"""The smallest probability inside the recurrence, where a logarithm of 0 would spoil every later step."""
NEVER = -1e4
"""The weight for a logarithm of 0, for which gradients remain defined."""


@keras.saving.register_keras_serializable(package="langzoo")
class HiddenMarkovModel(keras.layers.Layer):
    """p(x) = Σ_z π[z₁] B[z₁, x₁] Π A[zₜ₋₁, zₜ] B[zₜ, xₜ], by the forward algorithm in log space.

    Rabiner 1989, Proceedings of the IEEE 77(2), sections II and III. The weights are logits of the rows of π, A and B,
    so that they can be learnt by gradient as well as set by expectation-maximisation.

    Args:
        num_states: K.
        vocabulary_size: number of tokens, V.
        restart_ids: tokens after which a new sequence begins, from π.
        initializer: initializer of the logits; equal ones would never diverge.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `token_ids` int (B, T), `state` float32 (B, K) and, for right padding, `padding_mask` bool (B, T). The
    state is log p(z | the tokens before), and 0 throughout at the beginning. Returns log p(zₜ₊₁ | x up to t), float32
    (B, T, K), and the last of them.

    Example:
        >>> layer = HiddenMarkovModel(2, vocabulary_size=3)
        >>> layer.set_probabilities([1, 0], [[0, 1], [1, 0]], [[1, 0, 0], [0, 0.5, 0.5]])
        >>> after, _ = layer(tf.constant([[0, 2]]), tf.zeros((1, 2)))
        >>> tf.exp(after).numpy().round(3).tolist()
        [[[0.0, 1.0], [1.0, 0.0]]]
    """

    def __init__(
        self,
        num_states,
        *,
        vocabulary_size,
        restart_ids=(),
        initializer: keras.initializers.Initializer | str = "random_normal",
        **kwargs,
    ):
        kwargs.setdefault("dtype", "float32")  # sums over a whole text, under any policy
        super().__init__(**kwargs)
        self.num_states = num_states
        self.vocabulary_size = vocabulary_size
        self.restart_ids = tuple(restart_ids)
        self.initializer = keras.initializers.get(initializer)
        shapes = {
            "initial": (num_states,),
            "transitions": (num_states, num_states),
            "emissions": (num_states, vocabulary_size),
        }
        self.initial, self.transitions, self.emissions = (
            self.add_weight(name=name, shape=shape, initializer=self.initializer) for name, shape in shapes.items()
        )
        self.built = True

    def set_probabilities(self, initial, transitions, emissions):
        """Sets π (K,), A (K, K) and B (K, V), whose rows sum to 1.

        Raises:
            ValueError: a row does not, or a probability is below 0.
        """
        given = (("initial", initial), ("transitions", transitions), ("emissions", emissions))
        for name, rows in given:
            rows = np.asarray(rows, np.float64)
            if (rows < 0).any() or not np.allclose(rows.sum(axis=-1), 1):
                raise ValueError(f"HiddenMarkovModel: {name} must be probabilities whose rows sum to 1")
            logs = np.log(rows, where=rows > 0, out=np.full(rows.shape, NEVER))
            getattr(self, name).assign(np.maximum(logs, NEVER))

    def probabilities(self):
        """Returns π (K,), A (K, K) and B (K, V), float64 arrays whose rows sum to 1."""
        found = []
        for weight in (self.initial, self.transitions, self.emissions):
            logits = weight.numpy().astype(np.float64)
            rows = np.exp(logits - logits.max(axis=-1, keepdims=True))
            found.append(rows / rows.sum(axis=-1, keepdims=True))
        return tuple(found)

    def call(self, token_ids, state, padding_mask=None):
        """See the class."""
        token_ids = tf.cast(tf.transpose(token_ids), tf.int32)  # (T, B)
        initial, transitions = tf.nn.log_softmax(self.initial), tf.nn.softmax(self.transitions)
        begins = tf.reduce_all(state == 0, axis=-1, keepdims=True)
        state = tf.where(begins, initial, state)
        closes = tf.zeros_like(token_ids, tf.bool)
        for token in self.restart_ids:
            closes |= token_ids == token
        emitted = self.log_emissions(token_ids)  # (T, B, K)
        projected = tf.concat([emitted, tf.expand_dims(tf.cast(closes, tf.float32), axis=-1)], axis=-1)

        def read(projected, before):
            posterior = tf.nn.log_softmax(before + projected[:, :-1])
            highest = tf.stop_gradient(tf.reduce_max(posterior, axis=-1, keepdims=True))
            moved = tf.matmul(tf.exp(posterior - highest), transitions)  # a product, for log Σ exp over all pairs
            after = tf.math.log(tf.maximum(moved, LEAST)) + highest
            return tf.where(projected[:, -1:] > 0, initial, after)

        mask = None if padding_mask is None else tf.transpose(tf.cast(padding_mask, tf.bool))
        found, state = recurrence(read, projected, state, mask=mask)
        return tf.transpose(found, (1, 0, 2)), state

    def log_emissions(self, token_ids):
        """Returns log B[:, x] of ids of any shape: float32 (..., K)."""
        totals = tf.reduce_logsumexp(self.emissions, axis=-1)  # (K,)
        return tf.gather(tf.transpose(self.emissions), token_ids) - totals

    def best_states(self, token_ids, lengths):
        """Returns the most probable states of each row, int32 (B, T), 0 after its length: Viterbi's algorithm.

        Args:
            token_ids: int (B, T), one sequence per row.
            lengths: int32 (B,), from 0 to T.
        """
        return best_labels(
            self.log_emissions(token_ids),
            lengths,
            transitions=tf.nn.log_softmax(self.transitions),
            start=tf.nn.log_softmax(self.initial),
            end=tf.zeros(self.num_states),
        )

    def compute_output_spec(self, token_ids, state, padding_mask=None):
        """The output specification, for Keras."""
        del padding_mask
        spec = keras.KerasTensor((*token_ids.shape, self.num_states), "float32")
        return spec, keras.KerasTensor(state.shape, "float32")

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_states": self.num_states,
            "vocabulary_size": self.vocabulary_size,
            "restart_ids": list(self.restart_ids),
            "initializer": keras.initializers.serialize(self.initializer),
        }
