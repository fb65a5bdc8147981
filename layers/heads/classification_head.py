"""The head that classifies a sequence."""

from typing import Any

import keras

from ..activations import activation_function
from ..dense import Dense
from ..dropout import Dropout


@keras.saving.register_keras_serializable(package="langzoo")
class ClassificationHead(keras.layers.Layer):
    """drop(activation(drop(v) W + b)) U + c for a pooled vector v; the heads of BERT, RoBERTa, DistilBERT and ELECTRA.

    Args:
        num_classes: number of labels, C.
        activation: after the first product, a name of `layers.activations`: "tanh" in BERT (whose pooler it is) and
            RoBERTa, "relu" in DistilBERT, "gelu" in ELECTRA; None leaves that product out.
        input_dropout: share of v dropped.
        dropout: share dropped after the activation.
        kernel_initializer: initializer of both matrices.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `pooled` (B, D); returns float32 logits (B, C).

    Example:
        >>> import tensorflow as tf
        >>> ClassificationHead(3)(tf.zeros((2, 4))).shape
        TensorShape([2, 3])
    """

    def __init__(
        self,
        num_classes,
        *,
        activation: str | None = "tanh",
        input_dropout=0.0,
        dropout=0.0,
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.activation = activation
        self.input_dropout = input_dropout
        self.dropout = dropout
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)
        if activation is not None:
            activation_function(activation)  # reports a wrong name

    def build(self, pooled_shape):
        """Creates the dense layers."""
        initializer, width = self.kernel_initializer, pooled_shape[-1]
        if self.activation is not None:
            self.dense = Dense(width, kernel_initializer=initializer, dtype=self.dtype_policy, name="dense")
            self.dense.build((None, width))
        self.labels = Dense(self.num_classes, kernel_initializer=initializer.clone(), dtype="float32", name="labels")
        self.labels.build((None, width))
        self.first_dropout = Dropout(self.input_dropout, dtype=self.dtype_policy, name="first_dropout")
        self.last_dropout = Dropout(self.dropout, dtype=self.dtype_policy, name="last_dropout")
        self.built = True

    def call(self, pooled, training=None):
        """See the class."""
        inner = self.first_dropout(pooled, training=training)
        if self.activation is not None:
            inner = activation_function(self.activation)(self.dense(inner))
        return self.labels(self.last_dropout(inner, training=training))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, self.labels.units)

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "activation": self.activation,
            "input_dropout": self.input_dropout,
            "dropout": self.dropout,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
