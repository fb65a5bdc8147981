"""What a SentencePiece model file holds."""

import math
import struct
from collections.abc import Iterable, Iterator

import numpy as np

from ..errors import UserError
from .protobuf_wire import read_fields, write_field
from .vocabulary import MAX_VOCABULARY_SIZE

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
"""Types of pieces."""

UNIGRAM, BPE, WORD, CHARACTER = range(1, 5)
"""Types of models."""

SPACE = "▁"
"""How most models write a space inside a piece."""

MAX_PIECE_BYTES = 4096
"""Far more than a piece has; of very long ones the library's stack overflows."""

# The numbers of fields in sentencepiece_model.proto.
_PIECES, _TRAINER, _NORMALIZER, _DENORMALIZER = 1, 2, 3, 5
_PIECE, _SCORE, _TYPE = 1, 2, 3
_MODEL_TYPE, _BYTE_FALLBACK = 3, 35
_NAMES = {"unknown": (45, "<unk>"), "begin": (46, "<s>"), "end": (47, "</s>"), "padding": (48, "<pad>")}
_CHARACTER_MAP, _DUMMY_PREFIX, _REMOVE_SPACES, _ESCAPE_SPACES = 2, 3, 4, 5


# Replaces nothing. Of a model without a table the library says so on the error stream whenever it is loaded.
# (The root's offset is 1: an offset of 0 is no table for the library.)
_EMPTY_CHARACTER_MAP = struct.pack("<II", 1024, 1 << 10) + bytes(1020 + 1)


class SentencePieceModel:
    """The pieces of a SentencePiece model and the settings that matter for reading and writing text.

    The whole file is checked, so that what the SentencePiece library is given cannot lead it astray: fields, sizes,
    types, scores, doubles, and the table of characters to replace, in which the library follows offsets unchecked.
    The format: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto

    Args:
        data: the bytes of a `.model` file.

    Attributes:
        data: the same bytes.
        pieces: the pieces in the order of their ids.
        scores: the score of each piece.
        types: the type of each piece, one of this module's constants.
        model_type: one of this module's constants.
        unknown_id, begin_id, end_id, padding_id: ids, or None where the model has no such piece.
        drops_one_space: whether text gets a space in front that, alone, is taken away again; where repeated spaces are
            removed, all of them are.
        character_map: the compiled table of characters to replace; empty where nothing is replaced.
        removes_spaces: whether spaces at both ends of text and repeated ones are removed.
        space_in_front: whether text gets a space in front.

    Raises:
        UserError: not a SentencePiece model, or a damaged one.

    Example:
        >>> model = SentencePieceModel(build_model([("<unk>", 0.0, UNKNOWN), ("a", -1.0, NORMAL)], model_type=UNIGRAM))
        >>> model.pieces, model.unknown_id, model.end_id
        (('<unk>', 'a'), 0, None)
    """

    def __init__(self, data: bytes):
        self.data = data
        try:
            fields = list(read_fields(data))
            self.pieces, self.scores, self.types = _read_pieces(value for number, value in fields if number == _PIECES)
            trainer = _message(fields, _TRAINER)
            normalizer = _message(fields, _NORMALIZER)
            _check_character_map(normalizer.get(_CHARACTER_MAP, b""))
            _check_character_map(_message(fields, _DENORMALIZER).get(_CHARACTER_MAP, b""))
            self.model_type = trainer.get(_MODEL_TYPE, UNIGRAM)
            if self.model_type not in (UNIGRAM, BPE, WORD, CHARACTER):
                raise ValueError(f"model type {self.model_type}")
            named = {key: _text(trainer.get(number, name.encode())) for key, (number, name) in _NAMES.items()}
        except ValueError as error:
            raise UserError(
                f"no SentencePiece model, or a damaged one ({error}): copy the .model file again"
            ) from error
        self.character_map: bytes = normalizer.get(_CHARACTER_MAP, b"")
        self.removes_spaces = bool(normalizer.get(_REMOVE_SPACES, 1))
        self.space_in_front = bool(normalizer.get(_DUMMY_PREFIX, 1))
        ids = {piece: index for index, piece in enumerate(self.pieces)}
        self.unknown_id = self.types.index(UNKNOWN)
        self.begin_id, self.end_id, self.padding_id = (
            self._control_id(ids.get(named[key])) for key in ("begin", "end", "padding")
        )
        self.drops_one_space = self.space_in_front and not self.removes_spaces

    def with_pieces(self, names: Iterable[str], *, space_in_front: bool = True) -> bytes:
        """The bytes of a model with further pieces, which stand for themselves in text.

        Args:
            names: what the pieces are; they get the ids behind the others.
            space_in_front: False for a model that puts no space in front of text.
        """
        # A message is the concatenation of its fields: what stands behind is added, or counts.
        added = [write_field(_PIECES, _piece(name, 0.0, USER_DEFINED)) for name in names]
        if not self.character_map:
            added.append(write_field(_NORMALIZER, write_field(_CHARACTER_MAP, _EMPTY_CHARACTER_MAP)))
        if not space_in_front:
            added.append(write_field(_NORMALIZER, write_field(_DUMMY_PREFIX, 0)))
        return self.data + b"".join(added)

    def with_unused_pieces(self) -> "SentencePieceModel":
        """The model for later releases of the library than that in TensorFlow Text, which finds more unused pieces.

        It takes those of one character in a BPE or character model and all in a word model: here they are normal.
        """
        found = {
            index
            for index, (piece, kind) in enumerate(zip(self.pieces, self.types, strict=True))
            if kind == UNUSED and (self.model_type == WORD or (self.model_type != UNIGRAM and len(piece) == 1))
        }
        if not found:
            return self
        fields, index = [], 0
        for number, value in read_fields(self.data):
            if number == _PIECES:
                # Of a field that stands twice the last one counts.
                value = _content(value) + (write_field(_TYPE, NORMAL) if index in found else b"")
                index += 1
            fields.append(write_field(number, value))
        return SentencePieceModel(b"".join(fields))

    def _control_id(self, token_id: int | None) -> int | None:
        return token_id if token_id is not None and self.types[token_id] == CONTROL else None


def build_model(
    pieces: Iterable[tuple[str, float, int]],
    *,
    model_type: int,
    byte_fallback: bool = False,
    escape_spaces: bool = True,
) -> bytes:
    """The bytes of a model that changes nothing in the text but to put a space in front.

    Args:
        pieces: piece, score and type, in the order of their ids.
        model_type: `UNIGRAM`, `BPE`, `WORD` or `CHARACTER`.
        byte_fallback: write what is unknown in bytes; all 256 pieces `<0x00>` ... must be there.
        escape_spaces: whether pieces write a space as "▁"; else as itself.

    Returns:
        What a `.model` file holds.
    """
    trainer = write_field(_MODEL_TYPE, model_type) + write_field(_BYTE_FALLBACK, int(byte_fallback))
    normalizer = write_field(_DUMMY_PREFIX, 1) + write_field(_REMOVE_SPACES, 0)
    normalizer += write_field(_ESCAPE_SPACES, int(escape_spaces))
    fields = [write_field(_PIECES, _piece(*piece)) for piece in pieces]
    return b"".join([*fields, write_field(_TRAINER, trainer), write_field(_NORMALIZER, normalizer)])


def _piece(piece: str, score: float, kind: int) -> bytes:
    return write_field(_PIECE, piece.encode()) + write_field(_SCORE, float(score)) + write_field(_TYPE, kind)


def _read_pieces(messages: Iterator) -> tuple[tuple[str, ...], tuple[float, ...], tuple[int, ...]]:
    pieces: dict[str, None] = {}
    scores, types = [], []
    for index, message in enumerate(messages):
        if index >= MAX_VOCABULARY_SIZE:
            raise ValueError(f"more than {MAX_VOCABULARY_SIZE:,} pieces")
        fields = dict(read_fields(_content(message)))
        piece, score, kind = _text(fields.get(_PIECE, b"")), fields.get(_SCORE, 0.0), fields.get(_TYPE, NORMAL)
        if not 0 < len(piece.encode()) <= MAX_PIECE_BYTES:
            raise ValueError(f"piece {index} has {len(piece.encode()):,} bytes")
        if piece in pieces:
            raise ValueError(f"piece {index} is there twice")
        if not isinstance(score, float) or not math.isfinite(score):
            raise ValueError(f"piece {index} has the score {str(score)[:40]}")
        if kind not in (NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE):
            raise ValueError(f"piece {index} has the type {str(kind)[:40]}")
        pieces[piece] = None
        scores.append(score)
        types.append(kind)
    if types.count(UNKNOWN) != 1:
        raise ValueError(f"{types.count(UNKNOWN)} pieces for what is unknown instead of 1")
    return tuple(pieces), tuple(scores), tuple(types)


def _message(fields: list, number: int) -> dict:
    """The fields of a message inside the message; what stands behind wins, as Protocol Buffers have it."""
    merged = {}
    for found, value in fields:
        if found == number:
            merged.update(read_fields(_content(value)))
    return merged


def _content(value) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("a number where a message must be")
    return value


def _text(value) -> str:
    return _content(value).decode("utf-8")


def _check_character_map(table) -> None:
    """Whether every step in a compiled normalisation stays inside it.

    It is a size, a double array of 32-bit units (Darts-clone), and the replacements, each ended by a zero byte. From
    unit i a byte c leads to unit i ^ offset ^ c.
    """
    table = _content(table)
    if not table:
        return
    size = struct.unpack("<I", table[:4])[0] if len(table) >= 4 else 0
    if size == 0 or size % 1024 or 4 + size >= len(table):
        raise ValueError("a normalisation table of impossible size")
    units = np.frombuffer(table, "<u4", size // 4, offset=4).astype(np.int64)
    replacements = table[4 + size :]
    steps = units < 2**31  # the others are values, which no byte leads to
    targets = np.arange(len(units)) ^ ((units >> 10) << ((units & 2**9) >> 6))
    inside = steps[0] and np.all((targets[steps] | 255) < len(units)) and replacements[-1] == 0
    # Bit 8: a replacement ends here; where it begins is the value of the unit that a byte 0 leads to.
    if not inside or np.any(units[targets[steps & (units & 2**8 > 0)]] % 2**31 >= len(replacements)):
        raise ValueError("a normalisation table that points outside itself")
