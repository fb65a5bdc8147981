"""Segmentation of text into the most likely pieces of a unigram model, bit for bit as in TensorFlow Text."""

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...layers.plain.text.sentence_piece_model import BYTE, NORMAL, UNKNOWN, USER_DEFINED

_UNKNOWN_PENALTY = np.float32(10)
_LEAST_FLOAT = np.finfo(np.float32).tiny


class UnigramPieces:
    """The segmentation with the highest sum of scores (Viterbi), in the arithmetic of SentencePiece 0.1.96.

    That release is the one in TensorFlow Text. It adds up in 64 bits, stores the sum in 32 bits and compares the two,
    so that rounding decides between equally likely segmentations (a run of "-" into the same pieces in another order);
    later releases choose another. Kudo 2018, "Subword Regularization", https://arxiv.org/abs/1804.10959, section 3.1;
    `EncodeOptimized` of SentencePiece's `unigram_model.cc`.

    Args:
        processor: the library's processor, which has the model and normalizes text for it.
        types: the type of each piece, constants of `sentence_piece_model`.

    Example:
        >>> from sentencepiece import SentencePieceProcessor
        >>> from langzoo.layers.plain.text.sentence_piece_model import UNIGRAM, build_model
        >>> pieces = [("<unk>", 0.0, UNKNOWN), ("▁", -1.0, NORMAL), ("a", -3.0, NORMAL), ("▁aa", -5.0, NORMAL)]
        >>> processor = SentencePieceProcessor(model_proto=build_model(pieces, model_type=UNIGRAM))
        >>> UnigramPieces(processor, [kind for _, _, kind in pieces]).encode("aaab".encode())
        [3, 2, 0]
    """

    def __init__(self, processor: Any, types: Sequence[int]):
        self._processor = processor
        self._unknown_id = types.index(UNKNOWN)
        # With all bytes, or with none: the library rejects a model with only some.
        self._byte_ids = [token_id for token_id, kind in enumerate(types) if kind == BYTE]
        scores = [np.float32(processor.get_score(token_id)) for token_id in range(len(types))]
        normal = [score for score, kind in zip(scores, types, strict=True) if kind == NORMAL]
        # The library starts from the greatest and the least positive number.
        lowest, highest = min(normal, default=np.finfo(np.float32).max), max([_LEAST_FLOAT, *normal])
        self._unknown_score = float(lowest - _UNKNOWN_PENALTY)
        self._pieces: dict[str, tuple[int, float]] = {}
        self._longest: dict[str, int] = {}  # by a piece's first character
        for token_id, kind in enumerate(types):
            if kind in (NORMAL, USER_DEFINED):
                piece, score = processor.id_to_piece(token_id), float(scores[token_id])
                if kind == USER_DEFINED:  # always taken
                    score = float(np.float32(len(piece.encode())) * highest) - 0.1
                self._pieces[piece] = token_id, score
                self._longest[piece[0]] = max(self._longest.get(piece[0], 0), len(piece))

    def encode(self, text: bytes) -> list[int]:
        """Returns the ids of a text; text that no piece covers is unknown, or its bytes if the model has them."""
        return [token_id for token_id, _ in self.pieces(text)]

    def pieces(self, text: bytes) -> list[tuple[int, str]]:
        """Returns the ids of a text, each with its part of the normalized text; "" for a single byte."""
        written = self._processor.normalize(text).decode("utf-8")
        pieces, before = [], None
        for token_id, limits in self._cut(written):
            part = written[slice(*limits)]
            if token_id == self._unknown_id and self._byte_ids:
                pieces += [(self._byte_ids[byte], "") for byte in part.encode()]
            elif token_id == self._unknown_id and before == token_id:  # adjacent unknown characters are one
                pieces[-1] = token_id, pieces[-1][1] + part
            else:
                pieces.append((token_id, part))
            before = token_id
        return pieces

    def _cut(self, text: str) -> list[tuple[int, tuple[int, int]]]:
        """Returns ids with the start and the end of each in the text."""
        sums = array("f", bytes(4 * (len(text) + 1)))  # of the best cut that ends at each place, in 32 bits
        best: list[tuple[int, int] | None] = [None] * (len(text) + 1)  # its last piece and where that starts
        for start, character in enumerate(text):
            before, is_piece = sums[start], False
            for end in range(start + 1, min(start + self._longest.get(character, 0), len(text)) + 1):
                found = self._pieces.get(text[start:end])
                if found is not None:
                    token_id, score = found
                    is_piece |= end == start + 1
                    if best[end] is None or score + before > sums[end]:
                        sums[end], best[end] = score + before, (token_id, start)
            if not is_piece:
                end, total = start + 1, float(np.float32(self._unknown_score + before))
                if best[end] is None or total > sums[end]:
                    sums[end], best[end] = total, (self._unknown_id, start)
        cut, end = [], len(text)
        while end:
            token_id, start = best[end]  # pyright: ignore[reportGeneralTypeIssues]  # every place is reached
            cut.append((token_id, (start, end)))
            end = start
        return cut[::-1]
