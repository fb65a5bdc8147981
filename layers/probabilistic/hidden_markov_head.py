"""The emissions of a hidden Markov model as a head."""

import keras
import tensorflow as tf

from .hidden_markov_model import HiddenMarkovModel


@keras.saving.register_keras_serializable(package="langzoo")
class HiddenMarkovHead(keras.layers.Layer):
    """p(x) = Σ_z p(z) B[z, x], with the emissions of a `HiddenMarkovModel`, as a language-model head.

    Args:
        model: the model with the emissions.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with log p(z), float32 (..., K); returns log p(x), float32 (..., V): logits that are already normalised, -inf
    for words that no state emits.

    Example:
        >>> layer = HiddenMarkovModel(2, vocabulary_size=2)
        >>> layer.set_probabilities([0.5, 0.5], [[1, 0], [0, 1]], [[1, 0], [0.5, 0.5]])
        >>> tf.exp(HiddenMarkovHead(layer)(tf.math.log([[0.5, 0.5]]))).numpy().round(3).tolist()
        [[0.75, 0.25]]
    """

    def __init__(self, model: HiddenMarkovModel, **kwargs):
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.model = model
        self.vocabulary_size = model.vocabulary_size
        self.built = True

    def call(self, hidden):
        """See the class."""
        highest = tf.stop_gradient(tf.reduce_max(hidden, axis=-1, keepdims=True))
        rows = tf.reshape(tf.exp(hidden - highest), (-1, self.model.num_states))
        words = tf.matmul(rows, tf.nn.softmax(self.model.emissions))  # (N, V)
        shape = tf.concat([tf.shape(hidden)[:-1], [self.vocabulary_size]], axis=0)
        logits = tf.math.log(tf.reshape(words, shape)) + highest
        logits.set_shape((*hidden.shape[:-1], self.vocabulary_size))
        return logits

    def negative_log_likelihood(self, hidden, targets):
        """Returns -log p(target) for log p(z) (B, T, K), targets (B, T); float32 (B, T), inf if no state emits it."""
        losses = -tf.reduce_logsumexp(hidden + self.model.log_emissions(targets), axis=-1)
        return tf.where(losses > 5000.0, float("inf"), losses)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, None, self.vocabulary_size)

    def get_config(self):
        """The constructor's arguments; the model is passed again by the body that owns it."""
        return super().get_config()
