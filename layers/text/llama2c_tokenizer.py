"""The tokenizer files of llama2.c."""

import math
import struct
from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from ..errors import UserError
from .model_file import read_model_file
from .sentence_piece_model import BPE, BYTE, CONTROL, MAX_PIECE_BYTES, NORMAL, SPACE, UNKNOWN, build_model
from .sentence_piece_tokenizer import SentencePieceTokenizer
from .tokenizer_kinds import register_tokenizer

_BEGIN, _END, _FIRST_BYTE, _FIRST_PIECE = 1, 2, 3, 259


@register_tokenizer
@keras.saving.register_keras_serializable(package="langzoo")
class Llama2cTokenizer(SentencePieceTokenizer):
    """Text cut as `run.c` of llama2.c cuts it, by a `tokenizer.bin` or `tok512.bin`.

    A space is put in front of the text; its characters are tokens, those that the file lacks are their bytes; then the
    two neighbours whose joined piece has the highest score are joined, the leftmost first, for as long as there are
    any. That is the BPE of SentencePiece, so the file is turned into a SentencePiece model; one for which the two could
    differ is refused. Ids are 0 `<unk>`, 1 `<s>`, 2 `</s>`, 3 to 258 the bytes, then the pieces. A text starts
    with `<s>`, which calling the tokenizer does not add.

    For UTF-8 without zero bytes, at which C ends a text, ids are those of `run.c`. Other bytes are read as U+FFFD.
    Detokenizing is that of `run.c`, with `<s>` in front: a space at the start, or behind `<s>`, is taken away, and
    bytes come out as they are; but `<s>` and `</s>` come out as nothing, not as their names.

    The format and the algorithm: Karpathy, https://github.com/karpathy/llama2.c, `tokenizer.py` and `run.c`.

    Args:
        model: the bytes of the file (in a Keras configuration their base64).
        **kwargs: as of every Keras layer.

    Raises:
        UserError: not a tokenizer of llama2.c, a damaged one, or one with pieces that no joining can make.

    Example:
        >>> tokenizer = sentence_piece_from_llama2c("tok512.bin")
        >>> tokenizer("Once upon a time").numpy().tolist()
        [403, 407, 261, 378]
        >>> tokenizer.detokenize([403, 407, 261, 378]).numpy()
        b'Once upon a time'
    """

    kind: ClassVar[str] = "llama2c"
    model_file: ClassVar[str] = "tokenizer.bin"

    def __init__(self, model: bytes | str, **kwargs):
        super().__init__(model, start="begin", **kwargs)
        surfaces = [bytes([token_id - _FIRST_BYTE]) for token_id in range(_FIRST_BYTE, _FIRST_PIECE)]
        surfaces = [b"<unk>", b"", b"", *surfaces, *(piece.encode() for piece in self._model.pieces[_FIRST_PIECE:])]
        with tf.init_scope():
            self._surfaces = tf.constant(surfaces)  # (V,)
            first = [
                surface.removeprefix(b" ") if token_id >= _FIRST_PIECE else surface
                for token_id, surface in enumerate(surfaces)
            ]
            self._first_surfaces = tf.constant(first)  # (V,)

    def _model_data(self) -> bytes:
        return _to_sentence_piece(self._source)

    @property
    def options(self) -> dict[str, Any]:
        """None."""
        return {}

    def sentence_piece_model(self) -> bytes:
        """A SentencePiece model that writes a space as "▁", as other programs expect it; a "▁" in a text is a space.

        Raises:
            UserError: a piece holds a "▁" already.
        """
        if any(SPACE in piece for piece in self._model.pieces):
            raise UserError(f"the tokenizer holds a piece with {SPACE!r}, which other programs take for a space")
        return _to_sentence_piece(self._source, escape_spaces=True)

    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        flat = token_ids.flat_values  # (N,)
        rows = token_ids.value_rowids()
        is_first = tf.concat([tf.ones_like(rows[:1], tf.bool), (rows[1:] != rows[:-1]) | (flat[:-1] == _BEGIN)], axis=0)
        surfaces = tf.where(is_first, tf.gather(self._first_surfaces, flat), tf.gather(self._surfaces, flat))
        return tf.strings.reduce_join(token_ids.with_flat_values(surfaces), axis=-1)


def sentence_piece_from_llama2c(path: str | Path) -> Llama2cTokenizer:
    """The tokenizer of a llama2.c file.

    Args:
        path: `tokenizer.bin` or the like: an int32, the length of the longest piece; then for every piece a float32,
            its score, an int32, its length, and its bytes.

    Raises:
        UserError: missing, not such a file, or a damaged one.
    """
    data = read_model_file(path)
    try:
        return Llama2cTokenizer(data)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def _to_sentence_piece(data: bytes, *, escape_spaces: bool = False) -> bytes:
    """The SentencePiece model that cuts text as run.c does with this file."""
    try:
        pieces = _read_pieces(data)
        _check_pieces([piece for piece, _ in pieces])
    except ValueError as error:
        raise UserError(f"no tokenizer of llama2.c, or a damaged one ({error}): copy the file again") from error
    kinds = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256, *[NORMAL] * (len(pieces) - _FIRST_PIECE)]
    names = ["<unk>", "<s>", "</s>", *(piece for piece, _ in pieces[_FIRST_BYTE:])]
    if escape_spaces:
        names = [name.replace(" ", SPACE) for name in names]
    scores = [score for _, score in pieces]
    # A "▁" in the text is no space for run.c, so spaces are not written as "▁".
    named = zip(names, scores, kinds, strict=True)
    return build_model(named, model_type=BPE, byte_fallback=True, escape_spaces=escape_spaces)


def _read_pieces(data: bytes) -> list[tuple[str, float]]:
    pieces = []
    place = 4
    while place < len(data):
        if place + 8 > len(data):
            raise ValueError(f"the file ends inside piece {len(pieces)}")
        score, size = struct.unpack_from("<fi", data, place)
        place += 8
        if not 0 < size <= MAX_PIECE_BYTES or place + size > len(data):
            raise ValueError(f"piece {len(pieces)} has {size:,} bytes where {len(data) - place:,} are left")
        if not math.isfinite(score) or score <= -1e10:  # run.c never joins below that
            raise ValueError(f"piece {len(pieces)} has the score {score}")
        pieces.append((data[place : place + size].decode("utf-8"), score))
        place += size
    return pieces


def _check_pieces(names: list[str]) -> None:
    """Whether joining finds the same pieces in run.c, for which all are alike, and in SentencePiece."""
    specials = [("<unk>",), ("<s>", "\n<s>\n"), ("</s>", "\n</s>\n")]
    specials += [(f"<0x{byte:02X}>",) for byte in range(256)]
    if len(names) <= len(specials) or any(name not in allowed for name, allowed in zip(names, specials, strict=False)):
        raise ValueError("it does not begin with <unk>, <s>, </s> and the 256 bytes")
    known = set(names)
    if len(known) < len(names):
        raise ValueError("a piece is there twice")
    if " " not in known:
        raise ValueError("it has no piece for a space")
    for name in names[: len(specials)]:
        if any(name[:cut] in known and name[cut:] in known for cut in range(1, len(name))):
            raise ValueError(f"{name!r} could be joined from other pieces")
    for name in names[len(specials) :]:
        if not known.issuperset(name) or "\0" in name:
            raise ValueError(f"{name[:20]!r} has a character that is no piece")
