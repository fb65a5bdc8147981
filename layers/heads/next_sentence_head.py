"""The head that predicts whether the second text follows the first."""

from typing import Any

import keras

from ..dense import Dense
from .first_token_pooler import FirstTokenPooler


@keras.saving.register_keras_serializable(package="langzoo")
class NextSentenceHead(keras.layers.Layer):
    """pooler(hidden) W + b, two logits: the second text follows, or it is another (Devlin et al. 2019, section 3.1).

    Args:
        kernel_initializer: initializer of W (D, 2) and of the pooler.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `hidden` (B, T, D); returns float32 logits (B, 2), "follows" first, as in Google's files.

    Example:
        >>> import tensorflow as tf
        >>> NextSentenceHead()(tf.zeros((2, 3, 4))).shape
        TensorShape([2, 2])
    """

    def __init__(self, *, kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)
        self.pooler = FirstTokenPooler(
            kernel_initializer=self.kernel_initializer, dtype=self.dtype_policy, name="pooler"
        )
        self.relation = Dense(2, kernel_initializer=self.kernel_initializer.clone(), dtype="float32", name="relation")

    def build(self, hidden_shape):
        """Creates the pooler and the dense layer."""
        self.pooler.build(hidden_shape)
        self.relation.build((None, hidden_shape[-1]))
        self.built = True

    def call(self, hidden):
        """See the class."""
        return self.relation(self.pooler(hidden))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, 2)

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "kernel_initializer": keras.initializers.serialize(self.kernel_initializer)}
