"""The tokenizer of GPT-2 and RoBERTa, without TensorFlow."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from ...layers.text.byte_pair_files import MERGES_FILE, merge_lines
from ...layers.text.byte_pair_tokens import (
    SPECIAL_TOKENS,
    byte_alphabet,
    byte_ids,
    check_byte_pair_options,
    merge_ids,
    token_bytes,
)
from ...layers.text.unicode_classes import LETTER, NUMBER, WHITE_SPACE, members
from ...layers.text.vocabulary import Vocabulary
from ...layers.text.vocabulary_file import parse_vocabulary
from .asset_files import asset, vocabulary_asset
from .plain_tokenizer import PlainTokenizer
from .re2_pattern import class_ranges
from .special_token_splitter import SpecialTokenSplitter


class PlainByteLevelBPETokenizer(PlainTokenizer):
    r"""What `layers.text.ByteLevelBPETokenizer` does: words by the same tables, merged by the library `tokenizers`.

    Args:
        vocabulary: the tokens in the order of their ids, bytes written as in GPT-2's `encoder.json`.
        merges: the pairs to merge, the highest priority first.
        add_prefix_space: put a space before text that begins without one.
        start_token: the name of the token before a text, or None.
        end_token: the name of the token behind a text.
        separator_token: the name of the token behind each text of an encoder's input, or None.
        mask_token: the name of the token in the place of one to be guessed, or None.
        padding_token: the name of the token that fills rows up, or None.
        unknown_token: the name of a token that stands for nothing the tokenizer finds, or None.

    Raises:
        UserError: a byte or a special token is missing from the vocabulary, or a merge does not fit it.
        ValueError: an option is of another type.

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
        start_token: str | None = None,
        end_token: str = "<|endoftext|>",
        separator_token: str | None = None,
        mask_token: str | None = None,
        padding_token: str | None = None,
        unknown_token: str | None = None,
    ):
        options = {
            "add_prefix_space": add_prefix_space,
            "start_token": start_token,
            "end_token": end_token,
            "separator_token": separator_token,
            "mask_token": mask_token,
            "padding_token": padding_token,
            "unknown_token": unknown_token,
        }
        check_byte_pair_options(options)
        self._vocabulary = Vocabulary(vocabulary)
        self._special_ids = {}
        for name in SPECIAL_TOKENS:
            token_id = self._vocabulary.special_id(options[name], kind=self.kind)
            if options[name]:
                self._special_ids[options[name]] = token_id
        self._splitter = SpecialTokenSplitter(list(self._special_ids))
        self._mask_token = mask_token
        self._add_prefix_space = add_prefix_space
        byte_ids(self._vocabulary)  # all bytes are there
        pairs = list(merges)
        merge_ids(self._vocabulary, pairs)  # and all that the merges are of
        self._surfaces = token_bytes(self._vocabulary, special_tokens=set(self._special_ids))
        for token, token_id in self._special_ids.items():
            if token != unknown_token:
                self._surfaces[token_id] = b""
        self._alphabet = dict(enumerate(byte_alphabet()))
        self._white_space = "".join(map(chr, np.flatnonzero(members(WHITE_SPACE))))
        self._words = _words()
        from tokenizers.models import BPE

        self._merges = BPE(
            vocab={token: token_id for token_id, token in enumerate(self._vocabulary)},
            merges=[(left, right) for left, _, right in (pair.partition(" ") for pair in pairs)],
        )

    @property
    def vocabulary_size(self) -> int:
        """The number of tokens, special tokens included."""
        return len(self._vocabulary)

    @classmethod
    def read_assets(cls, files: Mapping[str, bytes]) -> dict[str, Any]:
        """The vocabulary and the merges."""
        lines = parse_vocabulary(asset(files, MERGES_FILE), f"the tokenizer's {MERGES_FILE}", quoted=False)
        return {"vocabulary": vocabulary_asset(files, quoted=False), "merges": merge_lines(lines)}

    def encode_bytes(self, text: bytes) -> list[int]:
        """Merged bytes of words, and the special tokens that are written out."""
        ids = []
        for part, special in self._splitter.split(text.decode("utf-8", "replace")):
            if special is not None and special == self._mask_token:
                part = part.rstrip(self._white_space)
            if self._add_prefix_space and part and not part.startswith(" "):
                part = f" {part}"
            for word in self._words.findall(part):
                # Each byte is written as one character, the byte's number being Latin-1's.
                written = word.encode().decode("latin-1").translate(self._alphabet)
                ids += [token.id for token in self._merges.tokenize(written)]
            ids += [] if special is None else [self._special_ids[special]]
        return ids

    def _written(self, ids: list[int]) -> bytes:
        return b"".join([self._surfaces[token_id] for token_id in ids])


def _words() -> re.Pattern:
    """The regular expression of GPT-2's `encoder.py`."""
    letter, number, white = (class_ranges(runs) for runs in (LETTER, NUMBER, WHITE_SPACE))
    return re.compile(
        f"'s|'t|'re|'ve|'m|'ll|'d| ?[{letter}]+| ?[{number}]+| ?[^{white}{letter}{number}]+"
        f"|[{white}]+(?![^{white}])|[{white}]+"
    )
