"""The tokenizer files of llama2.c."""

from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from ..plain.errors import UserError
from ..plain.text.llama2c_file import BEGIN, llama2c_surfaces, llama2c_to_sentence_piece
from ..plain.text.model_file import LLAMA2C_FILE, read_model_file
from ..plain.text.sentence_piece_model import SPACE
from .sentence_piece_tokenizer import SentencePieceTokenizer
from .tokenizer_kinds import register_tokenizer


@register_tokenizer
@keras.saving.register_keras_serializable(package="langzoo")
class Llama2cTokenizer(SentencePieceTokenizer):
    """The tokenizer of `run.c` of llama2.c, with a `tokenizer.bin` or `tok512.bin`.

    A space is put in front of the text; its characters become tokens, or their bytes if the file lacks them; then the
    two adjacent tokens whose merged piece has the highest score are merged, the leftmost first, until there are none.
    This is the BPE of SentencePiece, so the file is converted to a SentencePiece model; a file for which the two could
    differ is rejected. Ids are 0 `<unk>`, 1 `<s>`, 2 `</s>`, 3 to 258 the bytes, then the pieces. A text starts
    with `<s>`, which calling the tokenizer does not add.

    For UTF-8 without zero bytes, at which C ends a text, ids are those of `run.c`. Other bytes are read as U+FFFD.
    Text is decoded as by `run.c`, with `<s>` in front: a space at the start, or after `<s>`, is removed, and bytes are
    unchanged; but `<s>` and `</s>` are decoded as nothing, not as their names.

    The format and the algorithm: Karpathy, https://github.com/karpathy/llama2.c, `tokenizer.py` and `run.c`.

    Args:
        model: the bytes of the file (in a Keras configuration their base64).
        **kwargs: as for every Keras layer.

    Raises:
        UserError: it is not a tokenizer of llama2.c, damaged, or has pieces that no merge can produce.

    Example:
        >>> tokenizer = sentence_piece_from_llama2c("tok512.bin")
        >>> tokenizer("Once upon a time").numpy().tolist()
        [403, 407, 261, 378]
        >>> tokenizer.detokenize([403, 407, 261, 378]).numpy()
        b'Once upon a time'
    """

    kind: ClassVar[str] = "llama2c"
    model_file: ClassVar[str] = LLAMA2C_FILE

    def __init__(self, model: bytes | str, **kwargs):
        super().__init__(model, start="begin", **kwargs)
        surfaces, first = llama2c_surfaces(self._model.pieces)
        with tf.init_scope():
            self._surfaces = tf.constant(surfaces)  # (V,)
            self._first_surfaces = tf.constant(first)  # (V,)

    def _model_data(self) -> bytes:
        return llama2c_to_sentence_piece(self._source)

    @property
    def options(self) -> dict[str, Any]:
        """Returns {}: there are none."""
        return {}

    def sentence_piece_model(self) -> bytes:
        """Returns a SentencePiece model that writes a space as "▁", as other programs expect; "▁" in text is a space.

        Raises:
            UserError: a piece already contains a "▁".
        """
        if any(SPACE in piece for piece in self._model.pieces):
            raise UserError(f"the tokenizer holds a piece with {SPACE!r}, which other programs take for a space")
        return llama2c_to_sentence_piece(self._source, escape_spaces=True)

    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        flat = token_ids.flat_values  # (N,)
        rows = token_ids.value_rowids()
        is_first = tf.concat([tf.ones_like(rows[:1], tf.bool), (rows[1:] != rows[:-1]) | (flat[:-1] == BEGIN)], axis=0)
        surfaces = tf.where(is_first, tf.gather(self._first_surfaces, flat), tf.gather(self._surfaces, flat))
        return tf.strings.reduce_join(token_ids.with_flat_values(surfaces), axis=-1)


def sentence_piece_from_llama2c(path: str | Path) -> Llama2cTokenizer:
    """Reads the tokenizer of a llama2.c file.

    Args:
        path: `tokenizer.bin` or similar: an int32, the length of the longest piece; then for every piece a float32,
            its score, an int32, its length, and its bytes.

    Raises:
        UserError: it is missing, not such a file, or damaged.
    """
    data = read_model_file(path)
    try:
        return Llama2cTokenizer(data)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error
