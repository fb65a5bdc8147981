"""A byte tokenizer without TensorFlow."""

from collections.abc import Mapping
from typing import Any, ClassVar

from .plain_tokenizer import PlainTokenizer


class PlainByteTokenizer(PlainTokenizer):
    """The plain version of `layers.text.ByteTokenizer`: 256 bytes and `<eos>`, which is decoded as nothing.

    Example:
        >>> PlainByteTokenizer().decode([110, 195, 169, 256]).decode()
        'né'
    """

    kind: ClassVar[str] = "byte"

    @property
    def vocabulary_size(self) -> int:
        """257."""
        return 257

    @classmethod
    def read_assets(cls, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Returns {}: there are none."""
        return {}

    def encode_bytes(self, text: bytes) -> list[int]:
        """Returns the bytes as ids."""
        return list(text)

    def offsets(self, text: bytes) -> list[tuple[int, int, int]]:
        """Each byte covers the character that it is part of."""
        found, place = [], -1
        for byte in text:
            place += byte < 0x80 or byte > 0xBF
            found.append((byte, max(place, 0), max(place, 0) + 1))
        return found

    def _written(self, ids: list[int]) -> bytes:
        return bytes(token_id for token_id in ids if token_id < 256)
