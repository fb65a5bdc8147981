"""The tokenizer of GPT-2 and RoBERTa, without TensorFlow."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from ...layers.plain.text.added_token import check_added_tokens, found_tokens, ids_in_vocabulary, read_added_tokens
from ...layers.plain.text.byte_pair_files import MERGES_FILE, merge_lines
from ...layers.plain.text.byte_pair_tokens import (
    SPECIAL_TOKENS,
    byte_alphabet,
    byte_ids,
    check_byte_pair_options,
    merge_ids,
    token_bytes,
)
from ...layers.plain.text.unicode_classes import LATER_NUMBER, LETTER, NUMBER, WHITE_SPACE
from ...layers.plain.text.vocabulary import Vocabulary
from ...layers.plain.text.vocabulary_file import parse_vocabulary
from .asset_files import asset, vocabulary_asset
from .plain_tokenizer import PlainTokenizer
from .re2_pattern import class_ranges
from .special_token_splitter import SpecialTokenSplitter


class PlainByteLevelBPETokenizer(PlainTokenizer):
    r"""The plain version of `layers.text.ByteLevelBPETokenizer`: the same words, merged by the library `tokenizers`.

    Args:
        vocabulary: the tokens in the order of their ids, bytes written as in GPT-2's `encoder.json`.
        merges: the pairs to merge, the highest priority first.
        add_prefix_space: whether to put a space before text that begins without one.
        single_digits: whether every digit is a word of its own.
        start_token: the name of the token before a text, or None.
        end_token: the name of the token after a text.
        separator_token: the name of the token after each text of an encoder's input, or None.
        mask_token: the name of the token that masks a word to predict, or None.
        padding_token: the name of the token that pads rows, or None.
        unknown_token: the name of an unknown token, which the tokenizer itself never produces, or None.
        missing_byte_token: the name of the token for a byte that the vocabulary lacks, or None.
        added_tokens: further tokens that are recognized in text.
        add_start: whether a causal model reads the start token before a text.

    Raises:
        UserError: the vocabulary lacks a special token or all bytes, or a merge does not fit it.
        ValueError: an option is of the wrong type.

    Example:
        >>> tokens = [*byte_alphabet(), "Ġt", "he", "Ġthe", "<|endoftext|>"]
        >>> tokenizer = PlainByteLevelBPETokenizer(tokens, merges=["Ġ t", "h e", "Ġt he"])
        >>> tokenizer.encode("he the<|endoftext|>"), tokenizer.decode([258, 257, 259])
        ([257, 258, 259], b' thehe')
    """

    kind: ClassVar[str] = "bpe"

    def __init__(
        self,
        vocabulary: Iterable[str],
        *,
        merges: Iterable[str],
        add_prefix_space: bool = False,
        single_digits: bool = False,
        start_token: str | None = None,
        end_token: str = "<|endoftext|>",
        separator_token: str | None = None,
        mask_token: str | None = None,
        padding_token: str | None = None,
        unknown_token: str | None = None,
        missing_byte_token: str | None = None,
        added_tokens: Sequence[Mapping[str, Any]] = (),
        add_start: bool = True,
    ):
        options = {
            "add_prefix_space": add_prefix_space,
            "single_digits": single_digits,
            "start_token": start_token,
            "end_token": end_token,
            "separator_token": separator_token,
            "mask_token": mask_token,
            "padding_token": padding_token,
            "unknown_token": unknown_token,
            "missing_byte_token": missing_byte_token,
            "add_start": add_start,
        }
        check_byte_pair_options(options)
        self._vocabulary = Vocabulary(vocabulary)
        roles = [options[name] for name in SPECIAL_TOKENS if options[name]]
        added = read_added_tokens(added_tokens)
        found = found_tokens(roles, added, strips_left=mask_token)
        check_added_tokens(found)
        self._ids = ids_in_vocabulary(found, self._vocabulary, kind=self.kind)
        self._splitters = [
            SpecialTokenSplitter([token for token in found if token.normalized == normalized])
            for normalized in (False, True)
        ]
        self._add_prefix_space, self._single_digits = add_prefix_space, single_digits
        ids_of_bytes = byte_ids(self._vocabulary, missing_byte_token=missing_byte_token)  # there are some
        self._is_kept = [token_id >= 0 for token_id in ids_of_bytes]
        pairs = list(merges)
        merge_ids(self._vocabulary, pairs)  # and all that the merges are of
        self._surfaces = token_bytes(self._vocabulary, special_tokens=self._ids)
        self._sizes = {token_id: len(surface) for token_id, surface in enumerate(self._surfaces)}
        if missing_byte_token is not None:
            self._sizes[self._vocabulary.id(missing_byte_token)] = 1  # pyright: ignore[reportArgumentType]
        for token in {*roles, *(token.content for token in added if token.special)} - {unknown_token}:
            self._surfaces[self._ids[token]] = b""
        self._alphabet = dict(enumerate(byte_alphabet()))
        self._words = _words()
        self._digit = re.compile(f"([{class_ranges(NUMBER)}{class_ranges(LATER_NUMBER)}])")
        from tokenizers.models import BPE

        self._merges = BPE(
            vocab={token: token_id for token_id, token in enumerate(self._vocabulary)},
            merges=[(left, right) for left, _, right in (pair.partition(" ") for pair in pairs)],
            unk_token=missing_byte_token,
        )

    @property
    def vocabulary_size(self) -> int:
        """The number of tokens, including special tokens."""
        return len(self._vocabulary)

    @classmethod
    def read_assets(cls, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Reads the vocabulary and the merges."""
        lines = parse_vocabulary(asset(files, MERGES_FILE), f"the tokenizer's {MERGES_FILE}", quoted=False)
        return {"vocabulary": vocabulary_asset(files, quoted=False), "merges": merge_lines(lines)}

    def encode_bytes(self, text: bytes) -> list[int]:
        """Returns the merged bytes of words, and the special and added tokens that occur in the text."""
        ids = []
        for outer, special in self._splitters[0].split(text.decode("utf-8", "replace")):
            for part, token in self._splitters[1].split(outer):
                ids += self._plain_ids(part)
                ids += [] if token is None else [self._ids[token]]
            ids += [] if special is None else [self._ids[special]]
        return ids

    def _plain_ids(self, text: str) -> list[int]:
        if self._add_prefix_space and text and not text.startswith(" "):
            text = f" {text}"
        ids = []
        for part in self._digit.split(text) if self._single_digits else [text]:
            for word in self._words.findall(part):
                # Each byte is written as one character, of the same number in Latin-1.
                written = word.encode().decode("latin-1").translate(self._alphabet)
                ids += [token.id for token in self._merges.tokenize(written)]
        return ids

    def offsets(self, text: bytes) -> list[tuple[int, int, int]]:
        """A token with part of a character's bytes covers that character."""
        found = []
        for outer, begin, special, limit in self._splitters[0].places(text.decode("utf-8", "replace")):
            for part, start, token, end in self._splitters[1].places(outer):
                start += begin
                found += [(token_id, start + first, start + last) for token_id, first, last in self._places(part)]
                found += [] if token is None else [(self._ids[token], start + len(part), begin + end)]
            found += [] if special is None else [(self._ids[special], begin + len(outer), limit)]
        return found

    def _places(self, text: str) -> list[tuple[int, int, int]]:
        added = self._add_prefix_space and text != "" and not text.startswith(" ")
        # The place of each byte that has a token; a prepended space belongs to the first character.
        sources = [0] if added and self._is_kept[ord(" ")] else []
        for place, character in enumerate(text):
            sources += [place for byte in character.encode() if self._is_kept[byte]]
        found, done = [], 0
        for token_id in self._plain_ids(text):
            size = self._sizes[token_id]
            found.append((token_id, sources[done], sources[done + size - 1] + 1))
            done += size
        return found

    def _written(self, ids: list[int]) -> bytes:
        return b"".join([self._surfaces[token_id] for token_id in ids])


def _words() -> re.Pattern:
    """Returns the regular expression of GPT-2's `encoder.py`."""
    letter, number, white = (class_ranges(runs) for runs in (LETTER, NUMBER, WHITE_SPACE))
    return re.compile(
        f"'s|'t|'re|'ve|'m|'ll|'d| ?[{letter}]+| ?[{number}]+| ?[^{white}{letter}{number}]+"
        f"|[{white}]+(?![^{white}])|[{white}]+"
    )
