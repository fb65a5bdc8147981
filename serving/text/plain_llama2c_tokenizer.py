"""The tokenizer of llama2.c, without TensorFlow."""

from typing import ClassVar

from ...layers.plain.text.llama2c_file import BEGIN, llama2c_surfaces, llama2c_to_sentence_piece
from ...layers.plain.text.model_file import LLAMA2C_FILE
from .plain_sentence_piece_tokenizer import PlainSentencePieceTokenizer


class PlainLlama2cTokenizer(PlainSentencePieceTokenizer):
    """The plain version of `layers.text.Llama2cTokenizer`, based on the library `sentencepiece`.

    Args:
        model: the bytes of a `tokenizer.bin`.

    Raises:
        UserError: it is not a tokenizer of llama2.c, or damaged.

    Example:
        >>> tokenizer = PlainLlama2cTokenizer(Path("tok512.bin").read_bytes())
        >>> tokenizer.encode("Once upon a time"), tokenizer.decode([403, 407, 261, 378])
        ([403, 407, 261, 378], b'Once upon a time')
    """

    kind: ClassVar[str] = "llama2c"
    model_file: ClassVar[str] = LLAMA2C_FILE

    def __init__(self, model: bytes):
        super().__init__(model, start="begin")
        self._surfaces, self._first_surfaces = llama2c_surfaces(self._model.pieces)

    def _model_data(self, model: bytes) -> bytes:
        return llama2c_to_sentence_piece(model)

    def _written(self, ids: list[int]) -> bytes:
        befores = [BEGIN, *ids]  # a space is dropped at the start of a text and after <s>
        return b"".join(
            [
                (self._first_surfaces if before == BEGIN else self._surfaces)[token_id]
                for before, token_id in zip(befores, ids, strict=False)
            ]
        )
