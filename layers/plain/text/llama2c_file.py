"""The tokenizer file of llama2.c as a SentencePiece model. Needs no TensorFlow."""

import math
import struct

from ..errors import UserError
from .sentence_piece_model import BPE, BYTE, CONTROL, MAX_PIECE_BYTES, NORMAL, SPACE, UNKNOWN, build_model

BEGIN, END, FIRST_BYTE, FIRST_PIECE = 1, 2, 3, 259
"""Ids: of `<s>`, of `</s>`, of the first of the 256 bytes, and of the first piece."""


def llama2c_to_sentence_piece(data: bytes, *, escape_spaces: bool = False) -> bytes:
    """Returns a SentencePiece model that tokenizes text like run.c with this file.

    Args:
        data: the bytes of the file: an int32, the length of the longest piece; then for every piece a float32, its
            score, an int32, its length, and its bytes.
        escape_spaces: whether pieces write a space as "▁", as other programs expect it; run.c does not.

    Raises:
        UserError: it is not such a file, damaged, or has pieces that no merge can produce.
    """
    try:
        pieces = _read_pieces(data)
        _check_pieces([piece for piece, _ in pieces])
    except ValueError as error:
        raise UserError(f"not a tokenizer of llama2.c, or damaged ({error}): copy the file again") from error
    kinds = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256, *[NORMAL] * (len(pieces) - FIRST_PIECE)]
    names = ["<unk>", "<s>", "</s>", *(piece for piece, _ in pieces[FIRST_BYTE:])]
    if escape_spaces:
        names = [name.replace(" ", SPACE) for name in names]
    scores = [score for _, score in pieces]
    # A "▁" in the text is not a space for run.c, so spaces are not written as "▁".
    named = zip(names, scores, kinds, strict=True)
    return build_model(named, model_type=BPE, byte_fallback=True, escape_spaces=escape_spaces)


def llama2c_surfaces(pieces: tuple[str, ...]) -> tuple[list[bytes], list[bytes]]:
    """Returns the output of run.c for each id.

    Args:
        pieces: pieces of the SentencePiece model, in the order of the ids.

    Returns:
        The bytes of each id within a text, and at its start or after `<s>`, where a leading space is dropped.
    """
    surfaces = [bytes([token_id - FIRST_BYTE]) for token_id in range(FIRST_BYTE, FIRST_PIECE)]
    surfaces = [b"<unk>", b"", b"", *surfaces, *(piece.encode() for piece in pieces[FIRST_PIECE:])]
    first = [
        surface.removeprefix(b" ") if token_id >= FIRST_PIECE else surface for token_id, surface in enumerate(surfaces)
    ]
    return surfaces, first


def _read_pieces(data: bytes) -> list[tuple[str, float]]:
    pieces = []
    place = 4
    while place < len(data):
        if place + 8 > len(data):
            raise ValueError(f"the file ends inside piece {len(pieces)}")
        score, size = struct.unpack_from("<fi", data, place)
        place += 8
        if not 0 < size <= MAX_PIECE_BYTES or place + size > len(data):
            raise ValueError(f"piece {len(pieces)} has {size:,} bytes but only {len(data) - place:,} are left")
        if not math.isfinite(score) or score <= -1e10:  # run.c never joins below that
            raise ValueError(f"piece {len(pieces)} has the score {score}")
        pieces.append((data[place : place + size].decode("utf-8"), score))
        place += size
    return pieces


def _check_pieces(names: list[str]) -> None:
    """Checks that merging finds the same pieces in run.c, which treats all alike, and in SentencePiece."""
    specials = [("<unk>",), ("<s>", "\n<s>\n"), ("</s>", "\n</s>\n")]
    specials += [(f"<0x{byte:02X}>",) for byte in range(256)]
    if len(names) <= len(specials) or any(name not in allowed for name, allowed in zip(names, specials, strict=False)):
        raise ValueError("it does not begin with <unk>, <s>, </s> and the 256 bytes")
    known = set(names)
    if len(known) < len(names):
        raise ValueError("a piece occurs twice")
    if " " not in known:
        raise ValueError("it has no piece for a space")
    for name in names[: len(specials)]:
        if any(name[:cut] in known and name[cut:] in known for cut in range(1, len(name))):
            raise ValueError(f"{name!r} could be merged from other pieces")
    for name in names[len(specials) :]:
        if not known.issuperset(name) or "\0" in name:
            raise ValueError(f"{name[:20]!r} has a character that is no piece")
