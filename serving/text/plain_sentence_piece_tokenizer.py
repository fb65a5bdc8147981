"""A SentencePiece tokenizer without TensorFlow."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ...layers.plain.errors import UserError
from ...layers.plain.text.model_file import SENTENCE_PIECE_FILE
from ...layers.plain.text.sentence_piece_model import BYTE, SPACE, UNIGRAM, SentencePieceModel
from ...layers.plain.text.sentence_piece_pieces import SentencePiecePieces, check_sentence_piece_options
from .asset_files import model_asset
from .plain_tokenizer import PlainTokenizer
from .special_token_splitter import SpecialTokenSplitter
from .unigram_pieces import UnigramPieces


class PlainSentencePieceTokenizer(PlainTokenizer):
    """The plain version of `layers.text.SentencePieceTokenizer`, based on the library `sentencepiece`.

    The layer's ids are those of the release in TensorFlow Text. Later releases differ if two segmentations are equally
    likely, so that `UnigramPieces` segments for unigram models, and in their treatment of unused pieces.

    Args:
        model: the bytes of the `.model` file.
        extra_ids: number of sentinels `<extra_id_0>`, `<extra_id_1>`, ... after the pieces.
        start: the token before a text, `"end"` or `"begin"`.
        added_tokens: tokens that are recognized in text.
        space_in_front: where the model puts a space in front: `"always"`, `"missing"` or `"first"`.
        add_start: whether a causal model reads the start token before a text.

    Raises:
        UserError: it is not a SentencePiece model, damaged, or does not fit the options.
        ValueError: an option is invalid.

    Example:
        >>> tokenizer = PlainSentencePieceTokenizer(Path("spiece.model").read_bytes(), extra_ids=100)
        >>> tokenizer.encode("Thank you <extra_id_0> me.")
        [1562, 25, 32099, 140, 5]
    """

    kind: ClassVar[str] = "sentencepiece"
    joins_words: ClassVar[bool] = True
    model_file: ClassVar[str] = SENTENCE_PIECE_FILE

    def __init__(
        self,
        model: bytes,
        *,
        extra_ids: int = 0,
        start: str = "end",
        added_tokens: Sequence[Mapping[str, Any]] = (),
        space_in_front: str = "always",
        add_start: bool = True,
    ):
        check_sentence_piece_options(extra_ids, start, space_in_front, add_start)
        self._model = SentencePieceModel(self._model_data(model)).with_unused_pieces()
        self._pieces = SentencePiecePieces(self._model, extra_ids=extra_ids, start=start, added_tokens=added_tokens)
        self._splitters = [
            SpecialTokenSplitter(self._pieces.found(normalized=normalized)) for normalized in (False, True)
        ]
        self._space_in_front = space_in_front
        self._silent = set(self._pieces.special_ids)
        self._spaced = self._bare = self._loaded()
        self._processor = self._spaced[0]
        if space_in_front != "always":
            self._bare = self._loaded(space_in_front=False)

    def _loaded(self, *, space_in_front: bool = True) -> tuple[Any, UnigramPieces | None]:
        from sentencepiece import SentencePieceProcessor

        processor = SentencePieceProcessor()
        try:
            processor.LoadFromSerializedProto(self._pieces.model(space_in_front=space_in_front))
        except RuntimeError as error:
            reason = " ".join(str(error).split())[-200:]
            raise UserError(f"not a usable SentencePiece model ({reason}): copy it again") from error
        return processor, UnigramPieces(processor, self._pieces.types) if self._model.model_type == UNIGRAM else None

    def _model_data(self, model: bytes) -> bytes:
        """Returns the SentencePiece model."""
        return model

    @property
    def vocabulary_size(self) -> int:
        """The number of pieces, sentinels and added tokens."""
        return len(self._pieces.names)

    @classmethod
    def read_assets(cls, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Reads the model."""
        return {"model": model_asset(files, cls.model_file)}

    def encode_bytes(self, text: bytes) -> list[int]:
        """Returns pieces, and the sentinels and added tokens that occur in the text."""
        if not self._pieces.found(normalized=False) and not self._pieces.found(normalized=True):
            return self._plain_ids(text, first=True)
        ids, begins = [], True
        # Unchanged, even if it is not UTF-8: the library has a rule of its own for such bytes.
        for outer, special in self._splitters[0].split(text.decode("utf-8", "surrogateescape")):
            for part, token in self._splitters[1].split(outer):
                ids += self._plain_ids(part.encode("utf-8", "surrogateescape"), first=begins)
                begins = begins and not part and token is None
                ids += [] if token is None else [self._pieces.ids[token]]
            begins = begins and special is None
            ids += [] if special is None else [self._pieces.ids[special]]
        return ids

    def offsets(self, text: bytes) -> list[tuple[int, int, int]]:
        """The space before a word belongs to its first token; one that is put before the text has no place."""
        found, begins = [], True
        for outer, begin, special, limit in self._splitters[0].places(text.decode("utf-8", "replace")):
            for part, start, token, end in self._splitters[1].places(outer):
                start += begin
                places = self._places(part.encode(), first=begins)
                found += [(token_id, start + first, start + last) for token_id, first, last in places]
                begins = begins and not part and token is None
                found += [] if token is None else [(self._pieces.ids[token], start + len(part), begin + end)]
            begins = begins and special is None
            found += [] if special is None else [(self._pieces.ids[special], begin + len(outer), limit)]
        return found

    def _places(self, text: bytes, *, first: bool) -> list[tuple[int, int, int]]:
        processor, unigram = self._loaded_for(text, first=first)
        if unigram is None:
            pieces = list(zip(processor.encode(text), processor.encode(text, out_type=str), strict=True))
        else:
            pieces = unigram.pieces(text)
        normalized, sources = processor.normalize(text, with_offsets=True)  # in bytes
        # The number of characters that begin before each byte of the text.
        before = list(itertools.accumulate((byte < 0x80 or byte > 0xBF for byte in text), initial=0))
        found, done, left = [], 0, 0
        for token_id, piece in pieces:
            size = len(piece.encode())
            if self._pieces.types[token_id] == BYTE:
                # The last byte of a character covers it, the others cover nothing.
                left = (left or _num_bytes(normalized[done])) - 1
                size = 0 if left else _num_bytes(normalized[done])
            found.append((token_id, before[sources[done]], before[sources[done + size]]))
            done += size
        return found

    def _plain_ids(self, text: bytes, *, first: bool) -> list[int]:
        processor, unigram = self._loaded_for(text, first=first)
        return processor.encode(text) if unigram is None else unigram.encode(text)

    def _loaded_for(self, text: bytes, *, first: bool) -> tuple[Any, UnigramPieces | None]:
        """Returns the model with or without the space that it puts in front."""
        if self._space_in_front == "always" or (
            not text.startswith((b" ", SPACE.encode())) and (first or self._space_in_front == "missing")
        ):
            return self._spaced
        return self._bare

    def _written(self, ids: list[int]) -> bytes:
        return self._processor.decode([token_id for token_id in ids if token_id not in self._silent]).encode()


def _num_bytes(first: int) -> int:
    """Returns the number of bytes of the character that begins with that byte."""
    return 1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0)
