"""A character tokenizer without TensorFlow."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ...layers.plain.text.special_tokens import REPLACEMENT_CHARACTER
from ...layers.plain.text.vocabulary import Vocabulary, known_characters
from .asset_files import vocabulary_asset
from .plain_tokenizer import PlainTokenizer


class PlainCharacterTokenizer(PlainTokenizer):
    """The plain version of `layers.text.CharacterTokenizer`.

    Args:
        vocabulary: `<unk>`, `<eos>`, followed by the characters.

    Raises:
        UserError: the vocabulary is invalid.

    Example:
        >>> tokenizer = PlainCharacterTokenizer(["<unk>", "<eos>", "a", "猫"])
        >>> tokenizer.encode("a猫b"), tokenizer.decode([2, 3, 0, 1]).decode()
        ([2, 3, 0], 'a猫�')
    """

    kind: ClassVar[str] = "character"

    def __init__(self, vocabulary: Iterable[str]):
        characters = known_characters(Vocabulary(vocabulary))
        self._ids = {character: token_id for token_id, character in enumerate(characters, start=2)}
        self._surfaces = [REPLACEMENT_CHARACTER, "", *characters]

    @property
    def vocabulary_size(self) -> int:
        """The number of characters plus two."""
        return len(self._surfaces)

    @classmethod
    def read_assets(cls, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Reads the vocabulary."""
        return {"vocabulary": vocabulary_asset(files, quoted=True)}

    def encode_bytes(self, text: bytes) -> list[int]:
        """Returns one token per character."""
        return [self._ids.get(character, 0) for character in text.decode("utf-8", "replace")]

    def offsets(self, text: bytes) -> list[tuple[int, int, int]]:
        """Each token covers its character."""
        return [(token_id, place, place + 1) for place, token_id in enumerate(self.encode_bytes(text))]

    def _written(self, ids: list[int]) -> bytes:
        return "".join([self._surfaces[token_id] for token_id in ids]).encode()
