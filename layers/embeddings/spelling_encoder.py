"""Encoding tokens by their spelling."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from ..plain.text.spelling_table import CHARACTERS, spelling_table
from .character_encoder import CharacterEncoder


@keras.saving.register_keras_serializable(package="langzoo")
class SpellingEncoder(keras.layers.Layer):
    """Looks up the spelling of a token and encodes its characters, bytes of UTF-8, with a `CharacterEncoder`.

    It has convolutions with tanh and highway layers with relu, as in Kim et al. 2016 (arXiv:1508.06615). The spellings
    are in a table, which is saved with the weights; before `spell` it is zeros, and all tokens are the same.

    Args:
        vocabulary_size: number of tokens, V.
        max_word_length: number of characters of a token that are read, including its start and its end.
        character_dim: width of a character's vector.
        filters: pairs (width in characters, number of filters); D is the sum of the numbers.
        num_highway_layers: highway layers after the filters.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `token_ids` int (B, T); returns (B, T, D).

    Example:
        >>> layer = SpellingEncoder(3, max_word_length=6, character_dim=4, filters=((1, 2), (2, 3)))
        >>> layer.spell(["a", "cat", "猫"])
        >>> layer(tf.constant([[0, 2]])).shape
        TensorShape([1, 2, 5])
    """

    def __init__(
        self,
        vocabulary_size: int,
        *,
        max_word_length: int,
        character_dim: int,
        filters: Sequence[tuple[int, int]],
        num_highway_layers: int = 1,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.vocabulary_size, self.max_word_length = vocabulary_size, max_word_length
        self.output_dim = sum(number for _, number in filters)
        self.character_encoder = CharacterEncoder(
            CHARACTERS,
            None,
            embedding_dim=character_dim,
            filters=filters,
            num_highway_layers=num_highway_layers,
            activation="tanh",
            highway_activation="relu",
            dtype=self.dtype_policy,
            name="character_encoder",
        )

    def build(self, token_ids_shape):
        """Creates the table and the character encoder."""
        del token_ids_shape
        self.characters: Any = self.add_weight(
            name="characters",
            shape=(self.vocabulary_size, self.max_word_length),
            dtype="int32",
            initializer="zeros",
            trainable=False,
        )
        self.character_encoder.build((None, None, self.max_word_length))
        self.built = True

    def spell(self, tokens: Sequence[str]) -> None:
        """Sets the spellings of all tokens, given their printable names by id."""
        if not self.built:
            self.build((None, None))
        self.characters.assign(spelling_table(tokens, rows=self.vocabulary_size, columns=self.max_word_length))

    def call(self, token_ids):
        """See the class."""
        x = self.character_encoder(tf.gather(self.characters, token_ids))
        return tf.ensure_shape(x, (*token_ids.shape, self.output_dim))

    def compute_output_shape(self, token_ids_shape):
        """(B, T, D)."""
        return (*token_ids_shape, self.output_dim)

    def get_config(self):
        """The constructor's arguments."""
        encoder = self.character_encoder.get_config()
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "max_word_length": self.max_word_length,
            "character_dim": encoder["embedding_dim"],
            "filters": encoder["filters"],
            "num_highway_layers": encoder["num_highway_layers"],
        }
