"""Encoding words by their characters."""

import keras
import tensorflow as tf

from ..dense import Dense
from .highway import Highway

# ELMo's, of the model with one highway layer.
ELMO_FILTERS = ((1, 32), (2, 32), (3, 64), (4, 128), (5, 256), (6, 512), (7, 1024))


@keras.saving.register_keras_serializable(package="langzoo")
class CharacterEncoder(keras.layers.Layer):
    """A character-level CNN encoder: embeddings, convolutions, max-pooling, highway layers, projection.

    Kim et al. 2016 (arXiv:1508.06615, section 2), with the projection of Jozefowicz et al. 2016 (arXiv:1602.02410) and
    the sizes of ELMo (Peters et al. 2018, arXiv:1802.05365). Kim's own small model has `activation="tanh"` and filters
    (w, 25·w) for w from 1 to 6.

    A filter of width w sees every window that *starts* at a character; positions beyond the word's end count as zeros.
    So all filters see words shorter than w, too, and the number of padding characters has no effect. Markers of the
    word's start and end, if any, are characters like others, which the caller adds to the ids.

    Args:
        vocabulary_size: number of characters, including the padding 0.
        output_dim: width of a word's vector, D; None for the number of filters, without a projection.
        embedding_dim: width of a character's vector.
        filters: pairs (width in characters, number of filters).
        num_highway_layers: highway layers between the filters and the projection.
        activation: activation of the filters and the highway layers.
        highway_activation: activation of the highway layers, if different.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `character_ids` int (B, T, C), 0 = padding, which should be at the end of a word (inside one, it counts as
    a character of zeros at which no window starts). Returns (B, T, D). A word of padding only has features of zeros and
    so always the same vector.

    Raises:
        ValueError: for a size below 1 (num_highway_layers: below 0) or filters that are not pairs.

    Example:
        >>> encoder = CharacterEncoder(30, 8, filters=((1, 4), (3, 6)))
        >>> encoder(tf.constant([[[5, 9, 0, 0], [7, 3, 2, 4]]])).shape
        TensorShape([1, 2, 8])
    """

    def __init__(
        self,
        vocabulary_size,
        output_dim,
        *,
        embedding_dim=16,
        filters=ELMO_FILTERS,
        num_highway_layers=1,
        activation="relu",
        highway_activation=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        sizes = {"vocabulary_size": vocabulary_size, "output_dim": output_dim, "embedding_dim": embedding_dim}
        for name, value in sizes.items():
            if value is not None and value < 1:
                raise ValueError(f"CharacterEncoder: {name} must be at least 1, not {value!r}")
        if num_highway_layers < 0:
            raise ValueError(f"CharacterEncoder: num_highway_layers must be at least 0, not {num_highway_layers!r}")
        if not filters or any(len(pair) != 2 or min(pair) < 1 for pair in filters):
            raise ValueError(
                f"CharacterEncoder: filters must be pairs (width, number), each at least 1, not {filters!r}"
            )
        self.vocabulary_size = vocabulary_size
        self.width = sum(number for _, number in filters) if output_dim is None else output_dim
        self.output_dim = output_dim
        self.embedding_dim = embedding_dim
        self.filters = tuple((width, number) for width, number in filters)
        self.num_highway_layers = num_highway_layers
        self.activation = keras.activations.get(activation)
        self.highway_activation = keras.activations.get(highway_activation or activation)
        policy = self.dtype_policy
        self.embedding = keras.layers.Embedding(vocabulary_size, embedding_dim, dtype=policy, name="embedding")
        self.convolutions = [
            keras.layers.Conv1D(number, width, activation=activation, dtype=policy, name=f"convolution_{i}")
            for i, (width, number) in enumerate(self.filters)
        ]
        self.highways = [
            Highway(activation=highway_activation or activation, dtype=policy, name=f"highway_{i}")
            for i in range(num_highway_layers)
        ]
        self.projection = None if output_dim is None else Dense(output_dim, dtype=policy, name="projection")

    def build(self, character_ids_shape):
        """Builds the inner layers."""
        features = (None, sum(number for _, number in self.filters))
        self.embedding.build((None, character_ids_shape[-1]))
        for convolution in self.convolutions:
            convolution.build((None, None, self.embedding_dim))
        for layer in (*self.highways, *([] if self.projection is None else [self.projection])):
            layer.build(features)
        self.built = True

    def call(self, character_ids):
        """Returns the vectors of the words, (B, T, D)."""
        shape = tf.shape(character_ids)
        ids = tf.reshape(character_ids, (shape[0] * shape[1], shape[2]))  # (B·T, C)
        present = tf.expand_dims(tf.not_equal(ids, 0), -1)  # (B·T, C, 1)
        x = self.embedding(ids)
        x = tf.where(present, x, tf.zeros_like(x))
        pooled = [self._largest(convolution, x, present) for convolution in self.convolutions]
        x = tf.concat(pooled, axis=-1)  # (B·T, all filters)
        x = tf.where(tf.reduce_any(present, axis=1), x, tf.zeros_like(x))
        for highway in self.highways:
            x = highway(x)
        x = x if self.projection is None else self.projection(x)
        return tf.reshape(x, tf.concat([shape[:2], [self.width]], axis=0))

    def _largest(self, convolution, x, present):
        """Returns the filters' maxima over the windows that start at a character, (B·T, number)."""
        width = convolution.kernel_size[0]
        windows = convolution(tf.pad(x, ((0, 0), (0, width - 1), (0, 0))))  # (B·T, C, number)
        # For a batch without rows, TensorFlow's convolution has the wrong length.
        windows = windows[:, : tf.shape(x)[1]]
        return tf.reduce_max(tf.where(present, windows, windows.dtype.min), axis=1)

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "output_dim": self.output_dim,
            "embedding_dim": self.embedding_dim,
            "filters": [list(pair) for pair in self.filters],
            "num_highway_layers": self.num_highway_layers,
            "activation": keras.activations.serialize(self.activation),
            "highway_activation": keras.activations.serialize(self.highway_activation),
        }
