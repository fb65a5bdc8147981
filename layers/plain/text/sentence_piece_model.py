"""SentencePiece model files."""

import math
import struct
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet
from sentencepiece import sentencepiece_model_pb2

from ..errors import UserError
from .vocabulary import MAX_VOCABULARY_SIZE

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
"""Types of pieces."""

UNIGRAM, BPE, WORD, CHARACTER = range(1, 5)
"""Types of models."""

SPACE = "▁"
"""How most models write a space inside a piece."""

MAX_PIECE_BYTES = 4096
"""Far more than any piece has; very long ones overflow the library's stack."""

_ModelProto: Any = sentencepiece_model_pb2.ModelProto  # pyright: ignore[reportAttributeAccessIssue]
_MODEL_TYPE, _PIECE_TYPE = 3, 3  # numbers of fields

# A table that replaces nothing. For a model without a table the library prints a message whenever it is loaded.
# (The root's offset is 1: for the library, an offset of 0 means that there is no table.)
_EMPTY_CHARACTER_MAP = struct.pack("<II", 1024, 1 << 10) + bytes(1020 + 1)


class SentencePieceModel:
    """The pieces of a SentencePiece model and the settings that matter for encoding and decoding text.

    Everything that the library relies on is validated: sizes, types, scores, duplicates, and the table of characters to
    replace, in which the library follows offsets unchecked.
    The format: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto

    Args:
        data: the bytes of a `.model` file.

    Attributes:
        data: the same bytes.
        pieces: the pieces in the order of their ids.
        scores: the score of each piece.
        types: the type of each piece, one of this module's constants.
        model_type: one of this module's constants.
        byte_fallback: whether unknown characters are written as bytes.
        unknown_id, begin_id, end_id, padding_id: ids, or None if the model has no such piece.
        drops_one_space: whether text gets a space in front of which only one is removed again; if repeated spaces are
            removed, all of them are.
        character_map: the compiled table of characters to replace; empty if nothing is replaced.
        removes_spaces: whether spaces at both ends of text and repeated ones are removed.
        space_in_front: whether text gets a space in front.

    Raises:
        UserError: it is not a SentencePiece model, or damaged.

    Example:
        >>> model = SentencePieceModel(build_model([("<unk>", 0.0, UNKNOWN), ("a", -1.0, NORMAL)], model_type=UNIGRAM))
        >>> model.pieces, model.unknown_id, model.end_id
        (('<unk>', 'a'), 0, None)
    """

    def __init__(self, data: bytes):
        self.data = data
        try:
            proto = _ModelProto.FromString(data)
            self.pieces, self.scores, self.types = _read_pieces(proto.pieces)
            trainer, normalizer = proto.trainer_spec, proto.normalizer_spec
            if _unknown(trainer, _MODEL_TYPE):
                raise ValueError("an unknown model type")
            for table in (normalizer.precompiled_charsmap, proto.denormalizer_spec.precompiled_charsmap):
                _check_character_map(table)
        except (ValueError, DecodeError) as error:
            raise UserError(f"not a SentencePiece model, or damaged ({error}): copy the .model file again") from error
        self.model_type: int = trainer.model_type
        self.byte_fallback: bool = trainer.byte_fallback
        self.character_map: bytes = normalizer.precompiled_charsmap
        self.removes_spaces: bool = normalizer.remove_extra_whitespaces
        self.space_in_front: bool = normalizer.add_dummy_prefix
        ids = {piece: index for index, piece in enumerate(self.pieces)}
        self.unknown_id = self.types.index(UNKNOWN)
        self.begin_id, self.end_id, self.padding_id = (
            self._control_id(ids.get(name)) for name in (trainer.bos_piece, trainer.eos_piece, trainer.pad_piece)
        )
        self.drops_one_space = self.space_in_front and not self.removes_spaces

    def with_pieces(self, names: Iterable[str], *, space_in_front: bool = True) -> bytes:
        """Returns the bytes of a model with further pieces, which represent themselves in text.

        Args:
            names: the pieces; they get the ids after the others.
            space_in_front: False for a model that puts no space in front of text.
        """
        added = _ModelProto(pieces=[{"piece": name, "score": 0.0, "type": USER_DEFINED} for name in names])
        if not self.character_map:
            added.normalizer_spec.precompiled_charsmap = _EMPTY_CHARACTER_MAP
        if not space_in_front:
            added.normalizer_spec.add_dummy_prefix = False
        # A message is the concatenation of its fields: later ones are added, or take precedence.
        return self.data + added.SerializeToString()

    def with_unused_pieces(self) -> "SentencePieceModel":
        """Returns the model for later releases of the library than TensorFlow Text's, which finds more unused pieces.

        It finds those of one character in a BPE or character model and all in a word model: here they become normal.
        """
        found = {
            index
            for index, (piece, kind) in enumerate(zip(self.pieces, self.types, strict=True))
            if kind == UNUSED and (self.model_type == WORD or (self.model_type != UNIGRAM and len(piece) == 1))
        }
        if not found:
            return self
        proto = _ModelProto.FromString(self.data)
        for index in found:
            proto.pieces[index].type = NORMAL
        return SentencePieceModel(proto.SerializeToString())

    def _control_id(self, token_id: int | None) -> int | None:
        return token_id if token_id is not None and self.types[token_id] == CONTROL else None


def build_model(
    pieces: Iterable[tuple[str, float, int]],
    *,
    model_type: int,
    byte_fallback: bool = False,
    escape_spaces: bool = True,
) -> bytes:
    """Builds a model that does not change the text, except that it puts a space in front.

    Args:
        pieces: piece, score and type, in the order of their ids.
        model_type: `UNIGRAM`, `BPE`, `WORD` or `CHARACTER`.
        byte_fallback: whether to write unknown characters as bytes; requires all 256 pieces `<0x00>` ....
        escape_spaces: whether pieces write a space as "▁"; otherwise as itself.

    Returns:
        The bytes of a `.model` file.
    """
    return _ModelProto(
        pieces=[{"piece": piece, "score": score, "type": kind} for piece, score, kind in pieces],
        trainer_spec={"model_type": model_type, "byte_fallback": byte_fallback},
        normalizer_spec={
            "add_dummy_prefix": True,
            "remove_extra_whitespaces": False,
            "escape_whitespaces": escape_spaces,
        },
    ).SerializeToString()


def _read_pieces(messages: Sequence) -> tuple[tuple[str, ...], tuple[float, ...], tuple[int, ...]]:
    if len(messages) > MAX_VOCABULARY_SIZE:
        raise ValueError(f"more than {MAX_VOCABULARY_SIZE:,} pieces")
    pieces: dict[str, None] = {}
    scores, types = [], []
    for index, message in enumerate(messages):
        piece, score, kind = message.piece, message.score, message.type
        if isinstance(piece, bytes):
            raise ValueError(f"piece {index} is not UTF-8")
        if not 0 < len(piece.encode()) <= MAX_PIECE_BYTES:
            raise ValueError(f"piece {index} has {len(piece.encode()):,} bytes")
        if piece in pieces:
            raise ValueError(f"piece {index} occurs twice")
        if not math.isfinite(score):
            raise ValueError(f"piece {index} has the score {score}")
        if not message.HasField("type") and _unknown(message, _PIECE_TYPE):
            raise ValueError(f"piece {index} is of an unknown type")
        pieces[piece] = None
        scores.append(score)
        types.append(kind)
    if types.count(UNKNOWN) != 1:
        raise ValueError(f"{types.count(UNKNOWN)} unknown pieces instead of 1")
    return tuple(pieces), tuple(scores), tuple(types)


def _unknown(message: Any, number: int) -> bool:
    """Whether a field has a value that the format does not define, which counts as missing."""
    return any(field.field_number == number for field in UnknownFieldSet(message))


def _check_character_map(table: bytes) -> None:
    """Checks that every step in a compiled normalisation table stays inside it.

    It is a size, a double array of 32-bit units (Darts-clone), and the replacements, each ended by a zero byte. From
    unit i a byte c leads to unit i ^ offset ^ c.
    """
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
