"""A byte tokenizer."""

from typing import ClassVar

import keras
import tensorflow as tf

from ..plain.text.special_tokens import END_TOKEN
from .as_text import as_text
from .row_ids import row_ids
from .tokenizer import Tokenizer, printable
from .tokenizer_kinds import register_tokenizer


@register_tokenizer
@keras.saving.register_keras_serializable(package="langzoo")
class ByteTokenizer(Tokenizer):
    r"""A byte tokenizer with 256 bytes and `<eos>`. Nothing is unknown, and every string of bytes is restored exactly.

    An English character is one token, a Chinese one three. `<eos>` is never in the text; generation stops at it, and it
    detokenizes to nothing. As in Xue et al. 2022, "ByT5", https://arxiv.org/abs/2105.13626, section 3.1, except for
    the id of the special token.

    Args:
        **kwargs: as for every Keras layer.

    Example:
        >>> tokenizer = ByteTokenizer()
        >>> tokenizer("né\n").numpy().tolist(), tokenizer.vocabulary_size
        ([110, 195, 169, 10], 257)
        >>> tokenizer.id_to_token(10), tokenizer.id_to_token(195), tokenizer.id_to_token(256)
        ('\\n', '<0xC3>', '<eos>')
    """

    kind: ClassVar[str] = "byte"
    has_vocabulary: ClassVar[bool] = False

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.stop_ids = (256,)
        with tf.init_scope():
            self._surfaces = tf.constant([bytes([byte]) for byte in range(256)] + [b""])  # (V,)

    @property
    def vocabulary_size(self) -> int:
        """257."""
        return 257

    @property
    def tokens(self) -> list[str]:
        """ASCII characters, the other bytes as `<0x80>`, and `<eos>`."""
        return [printable(chr(byte)) if byte < 128 else f"<0x{byte:02X}>" for byte in range(256)] + [END_TOKEN]

    def offsets(self, text) -> dict[str, tf.RaggedTensor]:
        """See `Tokenizer.offsets`; each byte covers the character that it is part of."""
        token_ids = self._tokenize_rows(as_text(text))
        begins = tf.cast((token_ids.flat_values < 0x80) | (token_ids.flat_values > 0xBF), tf.int32)
        places = tf.cumsum(begins) - 1
        before = tf.gather(tf.pad(tf.cumsum(begins), [[1, 0]]), token_ids.row_splits)  # characters before each text
        starts = places - tf.gather(before, row_ids(token_ids.row_splits))
        starts = token_ids.with_flat_values(tf.maximum(starts, 0))
        return {"token_ids": token_ids, "starts": starts, "limits": starts + 1}

    def _tokenize_rows(self, text: tf.Tensor) -> tf.RaggedTensor:
        # decode_raw requires strings of equal length: all of them are joined into one string.
        token_ids = tf.cast(tf.io.decode_raw(tf.strings.reduce_join(text), tf.uint8), tf.int32)
        lengths = tf.cast(tf.strings.length(text), tf.int64)
        return tf.RaggedTensor.from_row_lengths(token_ids, lengths)  # pyright: ignore[reportAttributeAccessIssue]

    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        surfaces = token_ids.with_flat_values(tf.gather(self._surfaces, token_ids.flat_values))
        return tf.strings.reduce_join(surfaces, axis=-1)
