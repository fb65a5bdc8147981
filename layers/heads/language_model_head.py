"""The head that scores every word of the vocabulary."""

import keras
import tensorflow as tf

from .cross_entropy import linear_cross_entropy


@keras.saving.register_keras_serializable(package="langzoo")
class LanguageModelHead(keras.layers.Layer):
    """logits = scale · hidden · W + b, with W of its own or the transposed token embedding (Press & Wolf 2017).

    Args:
        vocabulary_size: number of words, V.
        token_embedding: a built `TokenEmbedding` (V, D) to share the matrix with; None gives the head its own kernel.
        use_bias: whether there is a bias b.
        scale: factor of the hidden states; T5 with a shared matrix has 1 / sqrt(D).
        kernel_initializer: initializer of the head's own kernel.
        **kwargs: arguments of `keras.layers.Layer`.

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
        use_bias=True,
        scale=1.0,
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.supports_masking = True  # Every position is scored independently; the losses handle padding.
        self.vocabulary_size = vocabulary_size
        self.token_embedding = token_embedding
        self.use_bias = use_bias
        self.scale = scale
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias = None

    def build(self, hidden_shape):
        """Creates the bias and, unless it is shared, the kernel."""
        if self.token_embedding is None:
            shape = (hidden_shape[-1], self.vocabulary_size)
            self.kernel = self.add_weight(name="kernel", shape=shape, initializer=self.kernel_initializer)
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.vocabulary_size,), initializer="zeros")
        self.built = True

    @property
    def _tied(self):
        return self.token_embedding is not None

    def _matrix(self):
        """Returns (D, V), or (V, D) if it is the embedding's, since a transposed copy would be made at every step."""
        matrix = self.token_embedding.embeddings if self.token_embedding is not None else self.kernel
        return tf.cast(matrix, self.compute_dtype)

    def _scaled(self, hidden):
        hidden = tf.cast(hidden, self.compute_dtype)
        return hidden if self.scale == 1.0 else hidden * tf.cast(self.scale, hidden.dtype)

    def _bias(self):
        return None if self.bias is None else tf.cast(self.bias, self.compute_dtype)

    def call(self, hidden):
        """Returns logits of every word, (B, T, V), in float32 so that a softmax is safe in mixed precision."""
        rows = tf.reshape(self._scaled(hidden), (-1, hidden.shape[-1]))  # (B·T, D)
        logits = tf.matmul(rows, self._matrix(), transpose_b=self._tied)
        bias = self._bias()
        logits = logits if bias is None else logits + bias
        logits = tf.reshape(logits, tf.concat([tf.shape(hidden)[:-1], [self.vocabulary_size]], axis=0))
        logits.set_shape((*hidden.shape[:-1], self.vocabulary_size))
        return tf.cast(logits, tf.float32)

    def negative_log_likelihood(self, hidden, targets, *, label_smoothing=0.0):
        """Returns -log p(target) for hidden (B, T, D) and targets (B, T); float32 (B, T), natural logarithm.

        With `label_smoothing` ε it is the cross-entropy with a target of which ε is spread over all words.
        """
        rows = tf.reshape(self._scaled(hidden), (-1, hidden.shape[-1]))  # (B·T, D)
        losses = linear_cross_entropy(
            rows,
            self._matrix(),
            self._bias(),
            tf.reshape(targets, (-1,)),
            transposed=self._tied,
            label_smoothing=label_smoothing,
        )
        return tf.reshape(losses, tf.shape(targets))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, None, self.vocabulary_size)

    def get_config(self):
        """The constructor's arguments; a shared embedding is passed again by the model that owns it."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "use_bias": self.use_bias,
            "scale": self.scale,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
