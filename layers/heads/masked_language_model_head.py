"""The head that predicts masked words."""

from typing import Any

import keras
import tensorflow as tf

from ..activations import activation_function
from ..dense import Dense
from .language_model_head import LanguageModelHead


@keras.saving.register_keras_serializable(package="langzoo")
class MaskedLanguageModelHead(keras.layers.Layer):
    """norm(activation(hidden · W + b)) · Eᵀ + c, at the masked positions only (Devlin et al. 2019, arXiv:1810.04805).

    Args:
        vocabulary_size: number of words, V.
        token_embedding: a built `TokenEmbedding` (V, E) whose matrix scores the words.
        activation: a name of `layers.activations`.
        norm_epsilon: epsilon of the layer normalisation.
        kernel_initializer: initializer of W (D, E).
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `hidden` (B, T, D) and `positions` int (B, P), or None for all; returns float32 logits (B, P, V).

    Example:
        >>> from langzoo.layers import TokenEmbedding
        >>> embedding = TokenEmbedding(7, 4)
        >>> embedding.build(None)
        >>> head = MaskedLanguageModelHead(7, token_embedding=embedding)
        >>> head(tf.zeros((1, 3, 8)), tf.constant([[2]])).shape
        TensorShape([1, 1, 7])
    """

    def __init__(
        self,
        vocabulary_size,
        *,
        token_embedding=None,
        activation="gelu",
        norm_epsilon=1e-12,
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        if token_embedding is None:
            raise ValueError("MaskedLanguageModelHead: token_embedding must be given, whose matrix scores the words")
        self.vocabulary_size = vocabulary_size
        self.activation = activation
        self.norm_epsilon = norm_epsilon
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)
        self._activate = activation_function(activation)
        self.transform = Dense(
            token_embedding.embedding_dim,
            kernel_initializer=self.kernel_initializer,
            dtype=self.dtype_policy,
            name="transform",
        )
        self.norm = keras.layers.LayerNormalization(epsilon=norm_epsilon, dtype=self.dtype_policy, name="norm")
        self.words = LanguageModelHead(
            vocabulary_size, token_embedding=token_embedding, dtype=self.dtype_policy, name="words"
        )

    def build(self, hidden_shape, *other_shapes, **named_shapes):
        """Creates the transformation and the bias."""
        del other_shapes, named_shapes
        self.transform.build((None, None, hidden_shape[-1]))
        self.norm.build((None, None, self.transform.units))
        self.words.build((None, None, self.transform.units))
        self.built = True

    def call(self, hidden, positions=None):
        """See the class."""
        return self.words(self._transformed(hidden, positions))

    def negative_log_likelihood(self, hidden, targets, positions=None):
        """Returns -log p(target) at the positions (B, P); float32 (B, P), natural logarithm."""
        return self.words.negative_log_likelihood(self._transformed(hidden, positions), targets)

    def _transformed(self, hidden, positions):
        if positions is not None:
            hidden = tf.gather(hidden, positions, batch_dims=1)  # (B, P, D)
        return self.norm(self._activate(self.transform(hidden)))  # (B, P, E)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, None, self.vocabulary_size)

    def get_config(self):
        """The constructor's arguments; the embedding is passed again by the model that owns it."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "activation": self.activation,
            "norm_epsilon": self.norm_epsilon,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
