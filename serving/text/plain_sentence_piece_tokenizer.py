"""Pieces by a SentencePiece model, without TensorFlow."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from ...layers.errors import UserError
from ...layers.text.model_file import SENTENCE_PIECE_FILE
from ...layers.text.sentence_piece_model import (
    UNIGRAM,
    USER_DEFINED,
    SentencePieceModel,
    check_sentence_piece_options,
    sentinel_names,
)
from .asset_files import model_asset
from .plain_tokenizer import PlainTokenizer
from .unigram_pieces import UnigramPieces


class PlainSentencePieceTokenizer(PlainTokenizer):
    """What `layers.text.SentencePieceTokenizer` does, by the library `sentencepiece`.

    The layer's ids are those of the release in TensorFlow Text. Later ones differ from it where two cuts are as likely,
    so that `UnigramPieces` chooses those of a unigram model, and in what they make of unused pieces.

    Args:
        model: the bytes of the `.model` file.
        extra_ids: number of sentinels `<extra_id_0>`, `<extra_id_1>`, ... behind the pieces.
        start: the token before a text, `"end"` or `"begin"`.

    Raises:
        UserError: no SentencePiece model, a damaged one, or one that does not fit the options.
        ValueError: an option is none.

    Example:
        >>> tokenizer = PlainSentencePieceTokenizer(Path("spiece.model").read_bytes(), extra_ids=100)
        >>> tokenizer.encode("Thank you <extra_id_0> me.")
        [1562, 25, 32099, 140, 5]
    """

    kind: ClassVar[str] = "sentencepiece"
    joins_words: ClassVar[bool] = True
    model_file: ClassVar[str] = SENTENCE_PIECE_FILE

    def __init__(self, model: bytes, *, extra_ids: int = 0, start: str = "end"):
        check_sentence_piece_options(extra_ids, start)
        self._model = SentencePieceModel(self._model_data(model)).with_unused_pieces()
        sentinels = sentinel_names(extra_ids)
        self._model.check_special_tokens(sentinels, start=start)
        first = len(self._model.pieces)
        self._sentinels = {name.encode(): token_id for token_id, name in enumerate(sentinels, start=first)}
        self._sentinel = re.compile(b"(" + b"|".join(self._sentinels) + b")")
        from sentencepiece import SentencePieceProcessor

        self._processor = SentencePieceProcessor()
        try:
            self._processor.LoadFromSerializedProto(self._model.with_pieces(sentinels))
        except RuntimeError as error:
            reason = " ".join(str(error).split())[-200:]
            raise UserError(f"no SentencePiece model that can be used ({reason}): copy it again") from error
        self._encode = self._processor.encode
        if self._model.model_type == UNIGRAM:
            self._encode = UnigramPieces(self._processor, (*self._model.types, *[USER_DEFINED] * extra_ids)).encode

    def _model_data(self, model: bytes) -> bytes:
        """The SentencePiece model."""
        return model

    @property
    def vocabulary_size(self) -> int:
        """The number of pieces and of sentinels."""
        return len(self._model.pieces) + len(self._sentinels)

    @classmethod
    def read_assets(cls, files: Mapping[str, bytes]) -> dict[str, Any]:
        """The model."""
        return {"model": model_asset(files, cls.model_file)}

    def encode_bytes(self, text: bytes) -> list[int]:
        """Pieces, and the sentinels that are written out; the text between them is cut as if it stood alone."""
        ids = []
        for part in self._sentinel.split(text) if self._sentinels else [text]:
            ids += [self._sentinels[part]] if part in self._sentinels else self._encode(part)
        return ids

    def _written(self, ids: list[int]) -> bytes:
        return self._processor.decode(ids).encode()
