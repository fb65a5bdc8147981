"""Byte-level BPE, the tokenizer of GPT-2 and RoBERTa."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from ..plain.errors import UserError
from ..plain.text.byte_pair_files import MERGES_FILE, read_encoder, read_fairseq_dictionary, read_merges
from ..plain.text.byte_pair_tokens import SPECIAL_TOKENS, byte_ids, check_byte_pair_options, merge_ids, token_bytes
from ..plain.text.vocabulary_file import write_vocabulary
from .added_token_splitter import AddedTokenSplitter
from .as_text import as_text
from .byte_level_words import ByteLevelWords
from .byte_pair_merges import BytePairMerges
from .readable_tokens import readable_tokens
from .row_ids import row_ids
from .segments import Segments
from .subword_tokenizer import SubwordTokenizer
from .tokenizer_kinds import register_tokenizer


@register_tokenizer
@keras.saving.register_keras_serializable(package="langzoo")
class ByteLevelBPETokenizer(SubwordTokenizer):
    r"""A byte-level BPE tokenizer, as used by GPT-2 and RoBERTa.

    Nothing is unknown, and text is restored exactly, including spaces and line ends; bytes that are not UTF-8 are read
    as U+FFFD. Ids and offsets are those of Hugging Face's `ByteLevelBPETokenizer`. Special and added tokens that occur
    in the text are recognized; the mask token absorbs the white space before it, unless it is among `added_tokens`
    without that flag. `ByteLevelWords` splits text into words. Radford et al. 2019, "Language models are
    unsupervised multitask learners".

    Args:
        vocabulary: the tokens in the order of their ids, bytes written as in GPT-2's `encoder.json` (`"Ġthe"` is
            `" the"`).
        merges: the pairs to merge, the highest priority first, as the lines of GPT-2's `vocab.bpe` (`"Ġ t"`).
        add_prefix_space: whether to put a space before text that begins without one.
        single_digits: whether every digit is a word of its own, without the space before it (SmolLM).
        start_token: the name of the token before a text; None for the end token.
        end_token: the name of the token after a text; generation stops at it.
        separator_token: the name of the token after each text of an encoder's input, or None.
        mask_token: the name of the token that masks a word to predict, or None.
        padding_token: the name of the token that pads rows, or None.
        unknown_token: the name of an unknown token, which the tokenizer itself never produces, or None.
        missing_byte_token: the name of the token for a byte that the vocabulary lacks; None to drop such bytes, as the
            reference does.
        added_tokens: further tokens to recognize in text: objects with a `content` and flags, see `AddedToken`.
        add_start: whether a causal model reads the start token before a text; GPT-2 as published does not.
        **kwargs: as for every Keras layer.

    Raises:
        UserError: the vocabulary lacks a special token or all bytes, or a merge does not fit it.
        ValueError: an option is of the wrong type.

    Example:
        >>> from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
        >>> tokens = [*byte_alphabet(), "Ġt", "he", "Ġthe", "<|endoftext|>"]
        >>> tokenizer = ByteLevelBPETokenizer(tokens, merges=["Ġ t", "h e", "Ġt he"])
        >>> tokenizer("he the<|endoftext|>").numpy().tolist()
        [257, 258, 259]
        >>> tokenizer.detokenize(tokenizer("é the\n")).numpy().decode()
        'é the\n'
    """

    kind: ClassVar[str] = "bpe"
    special_tokens: ClassVar[tuple[str, ...]] = SPECIAL_TOKENS
    joins_lines: ClassVar[bool] = True

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
        **kwargs,
    ):
        options: dict[str, Any] = {
            "add_prefix_space": add_prefix_space,
            "single_digits": single_digits,
            "start_token": start_token,
            "end_token": end_token,
            "separator_token": separator_token,
            "mask_token": mask_token,
            "padding_token": padding_token,
            "unknown_token": unknown_token,
            "missing_byte_token": missing_byte_token,
            "added_tokens": added_tokens,
            "add_start": add_start,
        }
        check_byte_pair_options(options)
        super().__init__(vocabulary, options, strips_left="mask_token", **kwargs)
        self._merge_lines = tuple(merges)
        self._raw = AddedTokenSplitter(**self._found_with(normalized=False))
        self._normalized = AddedTokenSplitter(**self._found_with(normalized=True))
        self._words = ByteLevelWords(add_prefix_space=add_prefix_space, single_digits=single_digits)
        surfaces = token_bytes(self._vocabulary, special_tokens=self._found_ids)
        ids_of_bytes = byte_ids(self._vocabulary, missing_byte_token=missing_byte_token)
        self._merges = BytePairMerges(
            ids_of_bytes, merges=merge_ids(self._vocabulary, self._merge_lines), surfaces=surfaces
        )
        num_bytes = [len(surface) for surface in surfaces]
        missing = self._special_id(missing_byte_token)
        if missing is not None:
            num_bytes[missing] = 1
        for token_id in self.special_ids:
            surfaces[token_id] = b""
        with tf.init_scope():
            self._is_kept = tf.constant([token_id >= 0 for token_id in ids_of_bytes])  # (256,)
            self._num_bytes = tf.constant(num_bytes, tf.int64)  # (V,)
            self._surfaces = tf.constant(surfaces, tf.string)  # (V,)
        self.stop_ids = (self.end_id,)
        self.add_start = add_start

    @classmethod
    def from_files(
        cls,
        vocabulary: str | Path,
        merges: str | Path,
        *,
        dictionary: str | Path | None = None,
        vocabulary_size: int | None = None,
        **options,
    ) -> "ByteLevelBPETokenizer":
        """Reads published files: GPT-2's `encoder.json` and `vocab.bpe`, Hugging Face's `vocab.json` and `merges.txt`.

        Args:
            vocabulary: the JSON file.
            merges: the text file.
            dictionary: fairseq's `dict.txt`, for RoBERTa's ids from GPT-2's files.
            vocabulary_size: with `dictionary`: the model's number of ids, 50265 for RoBERTa; None for all of the file.
            **options: options of the constructor; RoBERTa's special tokens are detected in its vocabulary.

        Raises:
            UserError: a file is missing, too large or garbled, or the two do not match.
            ValueError: `vocabulary_size` is given without `dictionary`.
        """
        tokens = read_encoder(Path(vocabulary))
        lines = read_merges(Path(merges))
        if dictionary is not None:
            tokens = read_fairseq_dictionary(Path(dictionary), tokens, vocabulary_size=vocabulary_size)
        elif vocabulary_size is not None:
            raise ValueError(f"vocabulary_size must come with dictionary, got {vocabulary_size}")
        try:
            return cls(tokens, merges=lines, **{**cls.known_options(tokens), **options})
        except UserError as error:
            raise UserError(f"{vocabulary}, {merges}: {error}") from error

    @classmethod
    def known_options(cls, tokens: Sequence[str]) -> dict[str, Any]:
        """Returns the options for RoBERTa's special tokens if the vocabulary has them at their ids; otherwise {}."""
        return dict(_ROBERTA) if tokens[:4] == ["<s>", "<pad>", "</s>", "<unk>"] and tokens[-1] == "<mask>" else {}

    @property
    def tokens(self) -> list[str]:
        """The tokens in the order of their ids, readable: characters instead of their bytes, "Ġ" for a space."""
        return readable_tokens(self._vocabulary, special_tokens=self._found_ids)

    @property
    def merges(self) -> list[str]:
        """The pairs to merge, the highest priority first."""
        return list(self._merge_lines)

    @property
    def assets(self) -> dict[str, Any]:
        """The vocabulary and the merges."""
        return {"vocabulary": self.vocabulary, "merges": self.merges}

    def write_assets(self, directory: Path) -> None:
        """Writes `vocabulary.txt` and `merges.txt`."""
        super().write_assets(directory)
        write_vocabulary(directory / MERGES_FILE, ["#version: 0.2", *self._merge_lines], quoted=False)

    @classmethod
    def read_assets(cls, directory: Path) -> dict[str, Any]:
        """Reads the files written by `write_assets`."""
        return {**super().read_assets(directory), "merges": read_merges(directory / MERGES_FILE)}

    @property
    def surfaces(self) -> list[bytes]:
        """The text of each id inside a text, UTF-8, with a leading space if it begins a word; b"" for special ones."""
        written = token_bytes(self._vocabulary, special_tokens=self._found_ids)
        silent = {*self.special_ids}
        return [b"" if token_id in silent else surface for token_id, surface in enumerate(written)]

    def offsets(self, text) -> dict[str, tf.RaggedTensor]:
        """See `Tokenizer.offsets`; a token with part of a character's bytes covers that character."""
        segments, points, words, pieces = self._cut(as_text(text))
        # Bytes at the end of each token, and of each character.
        ends = tf.cumsum(tf.gather(self._num_bytes, pieces.flat_values))
        starts = tf.pad(ends, [[1, 0]])[:-1]
        character_ends = tf.cumsum(self._sizes(words.characters))
        first = tf.gather(words.sources, tf.searchsorted(character_ends, starts, side="right"))
        last = tf.gather(words.sources, tf.searchsorted(character_ends, ends - 1, side="right"))
        row_starts = tf.gather(points.row_splits, row_ids(pieces.row_splits))
        whole = tf.strings.unicode_decode(segments.text.flat_values, "UTF-8", errors="replace")
        return segments.offsets(
            pieces, starts=first - row_starts, limits=last + 1 - row_starts, lengths=whole.row_lengths()
        )

    def _sizes(self, characters: tf.Tensor) -> tf.Tensor:
        """Returns the number of each character's bytes that have a token, int64."""
        sizes = 1 + sum(tf.cast(characters >= limit, tf.int64) for limit in (0x80, 0x800, 0x10000))
        data = tf.io.decode_raw(tf.strings.unicode_encode(characters, "UTF-8"), tf.uint8)
        kept = tf.cast(tf.gather(self._is_kept, tf.cast(data, tf.int32)), tf.int64)
        return tf.math.segment_sum(kept, row_ids(tf.pad(tf.cumsum(sizes), [[1, 0]])))

    def _tokenize_rows(self, text: tf.Tensor) -> tf.RaggedTensor:
        segments, _, _, pieces = self._cut(text)
        return segments.joined(pieces)

    def _cut(self, text: tf.Tensor) -> tuple[Segments, tf.RaggedTensor, Any, tf.RaggedTensor]:
        """Returns the added tokens and the text between them, with its code points, words and ids, (N, None)."""
        segments = self._raw.split(text)
        if self._normalized.finds:
            segments = segments.refined(self._normalized.split)
        points = tf.strings.unicode_decode(segments.plain, "UTF-8", errors="replace")  # (N, None)
        words = self._words.cut(points)
        begins = tf.reshape(tf.where(words.starts), [-1])  # (W,)
        # (pyright's stubs of TensorFlow lack the factories of RaggedTensor.)
        make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]
        splits = tf.concat([begins, tf.shape(words.characters, tf.int64)], axis=0)
        # A word is merged once, no matter how often it occurs in the batch.
        distinct, which = tf.unique(
            tf.strings.unicode_encode(make(words.characters, splits, validate=False), "UTF-8"), out_idx=tf.int64
        )
        tokens = tf.gather(self._merges.cut(distinct), which)  # (W, None)
        # The number of words that begin before each row.
        words_before = tf.searchsorted(tf.gather(words.sources, begins), points.row_splits)
        splits = tf.gather(tokens.row_splits, words_before)
        return segments, points, words, make(tf.cast(tokens.flat_values, tf.int32), splits, validate=False)

    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        surfaces = token_ids.with_flat_values(tf.gather(self._surfaces, token_ids.flat_values))
        return tf.strings.reduce_join(surfaces, axis=-1)


_ROBERTA = {
    "start_token": "<s>",
    "end_token": "</s>",
    "separator_token": "</s>",
    "mask_token": "<mask>",
    "padding_token": "<pad>",
    "unknown_token": "<unk>",
}
