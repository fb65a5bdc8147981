"""Characters that a SentencePiece model never uses. Needs no TensorFlow."""

import struct
from collections.abc import Iterable

import numpy as np

from .sentence_piece_model import SPACE, SentencePieceModel

_COUNT = 0x110000
_MAX_STATES = 2**22  # of a table with crossing paths, which the library never compiles


def inert_characters(model: SentencePieceModel, names: Iterable[str]) -> np.ndarray:
    """Returns which characters are always unknown and do not change the text around them.

    They are in no piece and in no entry of the table of characters to replace, and are not white space. Any run of
    them is one unknown token, unless the model writes them as bytes.

    Args:
        model: model of the tokenizer.
        names: names of all its ids.

    Returns:
        Bool (0x110000,), by code point.

    Example:
        >>> from .sentence_piece_model import NORMAL, UNIGRAM, UNKNOWN, build_model
        >>> model = SentencePieceModel(build_model([("<unk>", 0.0, UNKNOWN), ("a", -1.0, NORMAL)], model_type=UNIGRAM))
        >>> found = inert_characters(model, model.pieces)
        >>> found[ord("a")], found[ord("猫")]
        (False, True)
    """
    inert = np.ones(_COUNT, bool)
    inert[:0x21] = inert[0xD800:0xE000] = False
    used = {ord(character) for name in names for character in name}
    inert[[ord(SPACE), *used, *(code for code in range(0x10000) if chr(code).isspace())]] = False
    return inert & ~_replaced(model.character_map) if not model.byte_fallback else np.zeros(_COUNT, bool)


def _replaced(table: bytes) -> np.ndarray:
    """Returns which characters occur in any entry of a compiled table; all if that cannot be decided.

    See `SentencePieceModel` for the table. A character is looked for from every unit, reachable or not.
    """
    found = np.zeros(_COUNT, bool)
    if not table:
        return found
    size = struct.unpack("<I", table[:4])[0] // 4
    units = np.frombuffer(table, "<u4", size, offset=4).astype(np.int64)
    children = np.arange(size) ^ ((units >> 10) << ((units & 2**9) >> 6))
    leads = [
        (range(0x80), 0, 0x7F),
        (range(0xC2, 0xE0), 1, 0x1F),
        (range(0xE0, 0xF0), 2, 0x0F),
        (range(0xF0, 0xF5), 3, 7),
    ]
    for bytes_, more, mask in leads:
        states, codes = _step(units, children, np.arange(size), np.zeros(size, np.int64), bytes_, mask)
        for _ in range(more):
            states, codes = _step(units, children, states, codes, range(0x80, 0xC0), 0x3F)
            if len(states) > _MAX_STATES:
                return np.ones(_COUNT, bool)
        found[codes[codes < _COUNT]] = True
    return found


def _step(units, children, states, codes, bytes_, mask):
    """Returns the units that given bytes lead to, and the code points with their bits appended."""
    found = []
    # Values, from which no byte leads on, lead nowhere here either.
    states, codes = states[units[states] < 2**31], codes[units[states] < 2**31]
    for byte in bytes_:
        targets = children[states] ^ byte
        there = (targets < len(units)) & (units[np.minimum(targets, len(units) - 1)] & (2**31 | 255) == byte)
        found.append((targets[there], codes[there] << 6 | byte & mask))
    return tuple(np.concatenate(arrays) for arrays in zip(*found, strict=True))
