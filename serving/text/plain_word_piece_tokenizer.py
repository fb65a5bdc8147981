"""BERT's tokenizer, without TensorFlow."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...layers.plain.text.added_token import check_added_tokens, found_tokens, ids_in_vocabulary, read_added_tokens
from ...layers.plain.text.vocabulary import Vocabulary
from ...layers.plain.text.word_piece_rules import (
    CJK_PIECE,
    PREFIX,
    SPECIAL_TOKENS,
    check_word_piece_options,
    written_pieces,
)
from .asset_files import vocabulary_asset
from .bert_word_splitter import BertWordSplitter
from .plain_tokenizer import PlainTokenizer
from .re2_pattern import re2_pattern
from .special_token_splitter import SpecialTokenSplitter


class PlainWordPieceTokenizer(PlainTokenizer):
    """The plain version of `layers.text.WordPieceTokenizer`: the same words, split by the library `tokenizers`.

    Args:
        vocabulary: the pieces in the order of their ids.
        lowercase: whether to convert text to lower case.
        strip_accents: whether to remove accents; None for the value of `lowercase`.
        split_chinese: whether every Chinese character is a word.
        max_characters_per_word: a longer word is unknown.
        unknown_token: the name of the token for an unknown word.
        start_token: the name of the token before a text.
        separator_token: the name of the token after each text.
        mask_token: the name of the token that masks a word to predict.
        padding_token: the name of the token that pads rows.
        added_tokens: further tokens that are recognized in text.

    Raises:
        UserError: the vocabulary is invalid.
        ValueError: an option is of the wrong type.

    Example:
        >>> pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "play", "##ing", "the", "猫", "!"]
        >>> tokenizer = PlainWordPieceTokenizer(pieces)
        >>> tokenizer.encode("Playing the [MASK]!"), tokenizer.decode([2, 5, 6, 7, 9, 3])
        ([5, 6, 7, 4, 9], b'playing the!')
    """

    kind: ClassVar[str] = "wordpiece"
    joins_words: ClassVar[bool] = True

    def __init__(
        self,
        vocabulary: Iterable[str],
        *,
        lowercase: bool = True,
        strip_accents: bool | None = None,
        split_chinese: bool = True,
        max_characters_per_word: int = 100,
        unknown_token: str = "[UNK]",
        start_token: str = "[CLS]",
        separator_token: str = "[SEP]",
        mask_token: str = "[MASK]",
        padding_token: str = "[PAD]",
        added_tokens: Sequence[Mapping[str, Any]] = (),
    ):
        options = {
            "lowercase": lowercase,
            "strip_accents": strip_accents,
            "split_chinese": split_chinese,
            "max_characters_per_word": max_characters_per_word,
            "unknown_token": unknown_token,
            "start_token": start_token,
            "separator_token": separator_token,
            "mask_token": mask_token,
            "padding_token": padding_token,
        }
        check_word_piece_options(options)
        self._vocabulary = Vocabulary(vocabulary)
        self._special_ids = {
            options[name]: self._vocabulary.special_id(options[name], kind=self.kind) for name in SPECIAL_TOKENS
        }
        added = read_added_tokens(added_tokens)
        found = found_tokens(self._special_ids, added)
        check_added_tokens(found)
        self._ids = ids_in_vocabulary(found, self._vocabulary, kind=self.kind)
        self._splitter = SpecialTokenSplitter([token for token in found if not token.normalized])
        self._words = BertWordSplitter(
            lowercase=lowercase,
            strip_accents=lowercase if strip_accents is None else strip_accents,
            split_chinese=split_chinese,
        )
        # Of those that are normalized to the same text, the first counts.
        self._normalized_ids, normalized = {}, []
        for token in found:
            if token.normalized:
                content = self._words.normalized(token.content)
                self._normalized_ids.setdefault(content, self._ids[token.content])
                normalized.append(replace(token, content=content))
        self._normalized = SpecialTokenSplitter(normalized) if normalized else None
        self._silent = {self._ids[token] for token in self._special_ids} | {
            self._ids[token.content] for token in added if token.special
        }
        self._silent.discard(self._special_ids[unknown_token])
        self._surfaces = written_pieces(self._vocabulary)
        self._cjk = re.compile(re2_pattern(CJK_PIECE))
        from tokenizers.models import WordPiece

        self._pieces = WordPiece(
            vocab=self._words_of({token.content for token in added} - {unknown_token}),
            unk_token=unknown_token,
            max_input_chars_per_word=min(max_characters_per_word, 2**31),  # the library's integers are limited
            continuing_subword_prefix=PREFIX,
        )

    @property
    def vocabulary_size(self) -> int:
        """The number of pieces, including special tokens."""
        return len(self._vocabulary)

    @classmethod
    def read_assets(cls, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Reads the vocabulary."""
        return {"vocabulary": vocabulary_asset(files, quoted=False)}

    def encode_bytes(self, text: bytes) -> list[int]:
        """Returns the pieces of words, and the special tokens that occur in the text."""
        ids = []
        for part, special in self._splitter.split(text.decode("utf-8", "replace")):
            ids += self._plain_ids(part) if self._normalized is None else self._normalized_part(part)
            ids += [] if special is None else [self._ids[special]]
        return ids

    def _normalized_part(self, text: str) -> list[int]:
        ids = []
        for part, token in self._normalized.split(self._words.normalized(text)):  # pyright: ignore[reportOptionalMemberAccess]
            ids += self._plain_ids(part)
            ids += [] if token is None else [self._normalized_ids[token]]
        return ids

    def _plain_ids(self, text: str) -> list[int]:
        return [piece.id for word in self._words.split(text) for piece in self._pieces.tokenize(word)]

    def offsets(self, text: bytes) -> list[tuple[int, int, int]]:
        """A piece covers the original text, with its case and accents."""
        found = []
        for part, start, special, limit in self._splitter.places(text.decode("utf-8", "replace")):
            pieces = self._piece_places(part) if self._normalized is None else self._normalized_places(part)
            found += [(token_id, start + first, start + end) for token_id, first, end in pieces]
            found += [] if special is None else [(self._ids[special], start + len(part), limit)]
        return found

    def _normalized_places(self, text: str) -> list[tuple[int, int, int]]:
        found, sources = [], self._words.normalized_sources(text)
        for part, start, token, limit in self._normalized.places(self._words.normalized(text)):  # pyright: ignore[reportOptionalMemberAccess]
            found += [(token_id, start + first, start + end) for token_id, first, end in self._piece_places(part)]
            found += [] if token is None else [(self._normalized_ids[token], start + len(part), limit)]
        return [(token_id, sources[first], sources[end - 1] + 1) for token_id, first, end in found]

    def _piece_places(self, text: str) -> list[tuple[int, int, int]]:
        found = []
        for word, sources in self._words.sources(text):
            pieces, done = self._pieces.tokenize(word), 0
            for place, piece in enumerate(pieces):
                # The library counts bytes; a word of one piece may be unknown, with a name of another length.
                size = len(word) if len(pieces) == 1 else len(piece.value) - (len(PREFIX) if place else 0)
                found.append((piece.id, sources[done], sources[done + size - 1] + 1))
                done += size
        return found

    def _words_of(self, added: set[str]) -> dict[str, int]:
        return {token: token_id for token_id, token in enumerate(self._vocabulary) if token not in added}

    def _written(self, ids: list[int]) -> bytes:
        text = ""
        left_is_cjk = None
        for token_id in ids:
            if token_id not in self._silent:
                is_cjk = self._cjk.fullmatch(self._vocabulary[token_id]) is not None
                # The space before a piece is dropped at the start and between two Chinese characters.
                bare = left_is_cjk is None or (left_is_cjk and is_cjk)
                text += self._surfaces[token_id].removeprefix(" ") if bare else self._surfaces[token_id]
                left_is_cjk = is_cjk
        return text.encode()
