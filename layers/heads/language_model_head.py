"""The head that scores every word of the vocabulary."""

import keras
import tensorflow as tf

from .cross_entropy import linear_cross_entropy


@keras.saving.register_keras_serializable(package="langzoo")
class LanguageModelHead(keras.layers.Layer):
    """logits = hidden · W + b, with W of its own or the transposed token embedding (Press & Wolf 2017).

    Args:
        vocabulary_size: words, V.
        token_embedding: a built `TokenEmbedding` (V, D) to share the matrix with; None gives the head its own kernel.
        kernel_initializer: of the own kernel.
        **kwargs: of `keras.layers.Layer`.

    Call with `hidden` (B, T, D); returns float32 logits (B, T, V).

    Example:
        >>> LanguageModelHead(7)(tf.zeros((2, 3, 4))).shape
        TensorShape([2, 3, 7])
    """

    def __init__(
        self,
        vocabulary_size,
        *,
        token_embedding=None,
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.supports_masking = True  # Every position is scored on its own; padding is left to the losses.
        self.vocabulary_size = vocabulary_size
        self.token_embedding = token_embedding
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, hidden_shape):
        """Creates the bias and, unless it is shared, the kernel."""
        if self.token_embedding is None:
            shape = (hidden_shape[-1], self.vocabulary_size)
            self.kernel = self.add_weight(name="kernel", shape=shape, initializer=self.kernel_initializer)
        self.bias = self.add_weight(name="bias", shape=(self.vocabulary_size,), initializer="zeros")
        self.built = True

    def _kernel(self):
        """(D, V), whoever owns it."""
        if self.token_embedding is None:
            return tf.cast(self.kernel, self.compute_dtype)
        return tf.transpose(tf.cast(self.token_embedding.embeddings, self.compute_dtype))

    def call(self, hidden):
        """Logits of every word, (B, T, V), in float32 so that a softmax over them is safe in mixed precision."""
        logits = tf.matmul(tf.cast(hidden, self.compute_dtype), self._kernel())
        return tf.cast(logits + tf.cast(self.bias, self.compute_dtype), tf.float32)

    def negative_log_likelihood(self, hidden, targets):
        """-log p(target) for hidden (B, T, D) and targets (B, T); float32 (B, T), natural logarithm."""
        rows = tf.reshape(tf.cast(hidden, self.compute_dtype), (-1, hidden.shape[-1]))  # (B·T, D)
        bias = tf.cast(self.bias, self.compute_dtype)
        losses = linear_cross_entropy(rows, self._kernel(), bias, tf.reshape(targets, (-1,)))
        return tf.reshape(losses, tf.shape(targets))

    def get_config(self):
        """The constructor's arguments; a shared embedding is given again by the model that owns it."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
