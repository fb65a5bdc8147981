"""A character tokenizer."""

from collections.abc import Iterable
from typing import ClassVar

import keras
import tensorflow as tf

from ..plain.text.special_tokens import END_TOKEN, REPLACEMENT_CHARACTER, UNKNOWN_TOKEN
from ..plain.text.vocabulary import Vocabulary, known_characters
from .as_text import as_text
from .tokenizer import Tokenizer, printable
from .tokenizer_kinds import register_tokenizer


@register_tokenizer
@keras.saving.register_keras_serializable(package="langzoo")
class CharacterTokenizer(Tokenizer):
    r"""A tokenizer of Unicode characters (code points); a newline is a character like any other.

    Text of known characters is restored exactly. Every byte that is not UTF-8 is read as U+FFFD. `<eos>` is never in
    the text; generation stops at it, and it detokenizes to nothing; `<unk>` detokenizes to U+FFFD.

    Args:
        vocabulary: `<unk>`, `<eos>`, followed by the characters, each one code point.
        **kwargs: as for every Keras layer.

    Raises:
        UserError: the vocabulary does not begin with `<unk>`, `<eos>`, or has an entry longer than one character.

    Example:
        >>> tokenizer = CharacterTokenizer(["<unk>", "<eos>", "a", "猫", "\n"])
        >>> tokenizer("a猫\nb").numpy().tolist()
        [2, 3, 4, 0]
        >>> tokenizer.detokenize([2, 3, 4, 0, 1]).numpy().decode()
        'a猫\n�'
    """

    kind: ClassVar[str] = "character"
    quotes_vocabulary: ClassVar[bool] = True

    def __init__(self, vocabulary: Iterable[str], **kwargs):
        super().__init__(**kwargs)
        self._vocabulary = Vocabulary(vocabulary)
        characters = known_characters(self._vocabulary)
        self.stop_ids = (1,)
        with tf.init_scope():
            self._lookup = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(
                    # No character is -1: it is added because TensorFlow rejects an empty table.
                    tf.constant([-1, *(ord(character) for character in characters)], tf.int64),
                    tf.constant([0, *range(2, len(self._vocabulary))], tf.int64),
                ),
                default_value=0,
            )
            self._surfaces = tf.constant([REPLACEMENT_CHARACTER, "", *characters])  # (V,)

    @property
    def vocabulary_size(self) -> int:
        """The number of characters plus two."""
        return len(self._vocabulary)

    @property
    def vocabulary(self) -> list[str]:
        """`<unk>`, `<eos>` and the characters."""
        return list(self._vocabulary)

    @property
    def tokens(self) -> list[str]:
        r"""`<unk>`, `<eos>` and the characters, with escapes for those that do not print (`\n`)."""
        return [UNKNOWN_TOKEN, END_TOKEN, *(printable(character) for character in self.vocabulary[2:])]

    def offsets(self, text) -> dict[str, tf.RaggedTensor]:
        """See `Tokenizer.offsets`; each token covers its character."""
        token_ids = self._tokenize_rows(as_text(text))
        starts = tf.cast(tf.ragged.range(token_ids.row_lengths()), tf.int32)
        return {"token_ids": token_ids, "starts": starts, "limits": starts + 1}

    def _tokenize_rows(self, text: tf.Tensor) -> tf.RaggedTensor:
        code_points = tf.strings.unicode_decode(text, "UTF-8", errors="replace")  # (B, None)
        token_ids = self._lookup.lookup(tf.cast(code_points.flat_values, tf.int64))
        return code_points.with_flat_values(tf.cast(token_ids, tf.int32))

    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        surfaces = token_ids.with_flat_values(tf.gather(self._surfaces, token_ids.flat_values))
        return tf.strings.reduce_join(surfaces, axis=-1)
