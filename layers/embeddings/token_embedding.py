"""Token embeddings, and their reverse from vectors to the scores of all tokens."""

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="langzoo")
class TokenEmbedding(keras.layers.ReversibleEmbedding):
    """`keras.layers.ReversibleEmbedding` with this project's names of arguments.

    Forward, it returns row `token_id` of a matrix E (V, D); in reverse, x · Eᵀ with the same matrix (Press & Wolf 2017,
    arXiv:1608.05859) or x · W with a matrix of its own; there is no bias.

    Ids must lie in [0, V). On a CPU an id of V or more raises `tf.errors.InvalidArgumentError`; on a GPU it reads zeros
    and under XLA the last row. An id in [-V, -1] counts from the end, as in Keras. Padding is not a token: id 0 is a
    row like any other, and masks do the rest.

    Args:
        vocabulary_size: number of tokens, V.
        embedding_dim: width of a vector, D.
        initializer: initializer of the matrix, and of the output's own if it has one.
        tie_output: whether the reverse direction uses the same matrix; False gives it a kernel (D, V) of its own.
        scale: factor of the vectors in the forward direction, sqrt(D) in Vaswani et al. 2017, section 3.4; not in
            reverse.
        logits_dtype: compute dtype of the reverse direction, e.g. "float32" under a mixed precision policy; None is the
            layer's own compute dtype.
        **kwargs: arguments of `keras.layers.ReversibleEmbedding`.

    Call with `token_ids` int (B, T); returns (B, T, D). With `reverse=True` and x (B, T, D); returns logits (B, T, V).

    Raises:
        ValueError: if vocabulary_size or embedding_dim is not a positive int.

    Example:
        >>> import numpy as np
        >>> embedding = TokenEmbedding(10, 4)
        >>> x = embedding(np.array([[1, 2, 3]]))
        >>> x.shape, embedding(x, reverse=True).shape
        (TensorShape([1, 3, 4]), TensorShape([1, 3, 10]))
    """

    def __init__(
        self,
        vocabulary_size,
        embedding_dim,
        *,
        initializer: Any = "uniform",
        tie_output=True,
        scale=1.0,
        logits_dtype=None,
        **kwargs,
    ):
        for name, value in (("vocabulary_size", vocabulary_size), ("embedding_dim", embedding_dim)):
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ValueError(f"TokenEmbedding: {name} must be a positive int, not {value!r}")
        super().__init__(
            vocabulary_size,
            embedding_dim,
            tie_weights=tie_output,
            embeddings_initializer=initializer,
            reverse_dtype=logits_dtype,
            **kwargs,
        )
        self.scale = scale

    def call(self, inputs, reverse=False):
        """Returns vectors of ids, or logits of vectors; see the class."""
        outputs = super().call(inputs, reverse=reverse)  # (B, T, D), or (B, T, V)
        if reverse or self.scale == 1.0:
            return outputs
        return keras.ops.multiply(outputs, keras.ops.cast(self.scale, self.compute_dtype))

    @property
    def vocabulary_size(self):
        """The number of tokens, V."""
        return self.input_dim

    @property
    def embedding_dim(self):
        """The width of a vector, D."""
        return self.output_dim

    def get_config(self):
        """The constructor's arguments."""
        config = super().get_config()
        return {
            "vocabulary_size": config.pop("input_dim"),
            "embedding_dim": config.pop("output_dim"),
            "initializer": config.pop("embeddings_initializer"),
            "tie_output": config.pop("tie_weights"),
            "scale": self.scale,
            "logits_dtype": config.pop("reverse_dtype"),
            **config,
        }
