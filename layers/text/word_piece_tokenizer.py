"""WordPiece, the tokenizer of BERT."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from ..plain.errors import UserError
from ..plain.text.added_token import AddedToken
from ..plain.text.bert_characters import is_chinese
from ..plain.text.vocabulary_file import read_vocabulary
from ..plain.text.word_piece_rules import CJK_PIECE, PREFIX, SPECIAL_TOKENS, check_word_piece_options, written_pieces
from .added_token_splitter import AddedTokenSplitter
from .as_text import as_text
from .bert_words import BertWords
from .piece_trie import PieceTrie
from .row_ids import row_ids
from .subword_tokenizer import SubwordTokenizer
from .tokenizer_kinds import register_tokenizer


@register_tokenizer
@keras.saving.register_keras_serializable(package="langzoo")
class WordPieceTokenizer(SubwordTokenizer):
    """A WordPiece tokenizer, as used by BERT, DistilBERT, ELECTRA and MiniLM.

    Text is cleaned and split into words by `BertWords`, and each word into its longest pieces from the left, with `##`
    before pieces inside a word; a word that cannot be split completely is `[UNK]`. Ids and offsets are those of Hugging
    Face's `BertWordPieceTokenizer`. Special and added tokens that occur in the text are recognized. Devlin et al. 2018,
    "BERT", https://arxiv.org/abs/1810.04805; Schuster and Nakajima 2012, "Japanese and Korean voice search".

    Decoded text is in lower case, with the spacing of English; Chinese is decoded without spaces. Special tokens except
    `[UNK]` are decoded as nothing.

    Args:
        vocabulary: the pieces in the order of their ids, as in Google's `vocab.txt`.
        lowercase: whether to convert text to lower case; False for a cased vocabulary.
        strip_accents: whether to remove accents; None for the value of `lowercase`.
        split_chinese: whether every Chinese character is a word.
        max_characters_per_word: a longer word is unknown.
        unknown_token: the name of the token for an unknown word.
        start_token: the name of the token before a text.
        separator_token: the name of the token after each text.
        mask_token: the name of the token that masks a word to predict.
        padding_token: the name of the token that pads rows.
        added_tokens: further tokens to recognize in text, which are not pieces of words: objects with a `content` and
            flags, see `AddedToken`. One that is `normalized` is looked for in the cleaned text.
        **kwargs: as for every Keras layer.

    Raises:
        UserError: a special or an added token is missing from the vocabulary, or the vocabulary is invalid.
        ValueError: an option is of the wrong type.

    Example:
        >>> pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "play", "##ing", "the", "猫", "!"]
        >>> tokenizer = WordPieceTokenizer(pieces)
        >>> tokenizer(["Playing the [MASK]!", "猫猫 dog"]).to_list()
        [[5, 6, 7, 4, 9], [8, 8, 1]]
        >>> tokenizer.detokenize([2, 5, 6, 7, 9, 3]).numpy().decode()
        'playing the!'
        >>> tokenizer.offsets(["Playing 猫"])["limits"].to_list()
        [[4, 7, 9]]
    """

    kind: ClassVar[str] = "wordpiece"
    joins_words: ClassVar[bool] = True
    special_tokens: ClassVar[tuple[str, ...]] = SPECIAL_TOKENS

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
        **kwargs,
    ):
        options: dict[str, Any] = {
            "lowercase": lowercase,
            "strip_accents": strip_accents,
            "split_chinese": split_chinese,
            "max_characters_per_word": max_characters_per_word,
            "unknown_token": unknown_token,
            "start_token": start_token,
            "separator_token": separator_token,
            "mask_token": mask_token,
            "padding_token": padding_token,
            "added_tokens": added_tokens,
        }
        check_word_piece_options(options)
        super().__init__(vocabulary, options, **kwargs)
        self._words = BertWords(
            lowercase=lowercase,
            strip_accents=lowercase if strip_accents is None else strip_accents,
            split_chinese=split_chinese,
        )
        self._raw = AddedTokenSplitter(**self._found_with(normalized=False))
        self._normalized = AddedTokenSplitter(**self._normalized_tokens())
        first, others = {}, {}
        added = {token.content for token in self._added}
        for token_id, token in enumerate(self._vocabulary):
            if token in added:
                continue
            first[tuple(map(ord, token))] = token_id
            if token.startswith(PREFIX) and len(token) > len(PREFIX):
                others[tuple(map(ord, token[len(PREFIX) :]))] = token_id
        assert self.unknown_id is not None  # every special token is named
        self._trie = PieceTrie(first, others=others, unknown_id=self.unknown_id, max_characters=max_characters_per_word)
        with tf.init_scope():
            self._surfaces = tf.constant(written_pieces(self._vocabulary))  # (V,)
            self._is_cjk = tf.strings.regex_full_match(tf.constant(self.vocabulary), CJK_PIECE)  # (V,)
            silent = set(self.special_ids)
            self._carries_text = tf.constant([token_id not in silent for token_id in range(len(self._vocabulary))])
        self.stop_ids = (self.end_id,)

    @classmethod
    def from_file(cls, path: str | Path, **options) -> "WordPieceTokenizer":
        """Reads a published `vocab.txt`: UTF-8, one piece per line.

        Args:
            path: the file.
            **options: options of the constructor; `lowercase=False` for a cased vocabulary.

        Raises:
            UserError: the file is missing, too large, not UTF-8, or not such a vocabulary.
        """
        path = Path(path)
        vocabulary = read_vocabulary(path, quoted=False)
        try:
            return cls(vocabulary, **options)
        except UserError as error:
            raise UserError(f"{path}: {error}") from error

    def offsets(self, text) -> dict[str, tf.RaggedTensor]:
        """See `Tokenizer.offsets`; a piece covers the original text, with its case and accents."""
        segments = self._raw.split(as_text(text))
        lengths = tf.strings.unicode_decode(segments.text.flat_values, "UTF-8", errors="replace").row_lengths()
        if not self._normalized.finds:
            pieces, starts, limits = self._cut(segments.plain)
            return segments.offsets(pieces, starts=starts, limits=limits, lengths=lengths)
        points = tf.strings.unicode_decode(segments.plain, "UTF-8", errors="replace")  # (N, None)
        normalized, sources = self._words.normalized(points)
        inner = self._normalized.split(tf.strings.unicode_encode(normalized, "UTF-8"))
        pieces, starts, limits = self._cut(inner.plain)
        sizes = tf.strings.length(inner.text.flat_values, unit="UTF8_CHAR")
        found = inner.offsets(pieces, starts=starts, limits=limits, lengths=sizes)  # in normalized characters
        rows = row_ids(found["token_ids"].row_splits)
        before = tf.gather(normalized.row_splits, rows)
        first = tf.gather(sources, before + tf.cast(found["starts"].flat_values, tf.int64))
        last = tf.gather(sources, before + tf.cast(found["limits"].flat_values, tf.int64) - 1)
        row_starts = tf.gather(points.row_splits, rows)
        return segments.offsets(
            found["token_ids"], starts=first - row_starts, limits=last + 1 - row_starts, lengths=lengths
        )

    @property
    def surfaces(self) -> list[bytes]:
        """The text of each id inside a text, UTF-8, with a leading space if it begins a word; b"" for special ones.

        Chinese characters are written without a space, since word boundaries between them are not visible.
        """
        silent = {*self.special_ids}
        return [
            b""
            if token_id in silent
            else token[len(PREFIX) :].encode()
            if token.startswith(PREFIX)
            else (token if is_chinese(token[:1]) else f" {token}").encode()
            for token_id, token in enumerate(self._vocabulary)
        ]

    def normalized(self, text: str) -> str:
        """Returns a text cleaned, in lower case and without accents, according to the options."""
        with tf.init_scope():
            points, _ = self._words.normalized(tf.strings.unicode_decode([text], "UTF-8"))
            return "".join(map(chr, points.flat_values.numpy().tolist()))

    def _normalized_tokens(self) -> dict[str, Any]:
        """Returns the arguments of the splitter for normalized tokens, as they occur in normalized text."""
        found = self._found_with(normalized=True)
        tokens: dict[str, tuple[AddedToken, int]] = {}
        for token, token_id in zip(found["tokens"], found["token_ids"], strict=True):
            content = self.normalized(token.content)
            if not content.strip():
                raise UserError(f"nothing is left of the added token {token.content!r} when it is normalized")
            tokens.setdefault(content, (replace(token, content=content), token_id))
        return {
            "tokens": [token for token, _ in tokens.values()],
            "token_ids": [token_id for _, token_id in tokens.values()],
        }

    def _tokenize_rows(self, text: tf.Tensor) -> tf.RaggedTensor:
        segments = self._raw.split(text)
        if not self._normalized.finds:
            return segments.joined(self._pieces(segments.plain))
        points = tf.strings.unicode_decode(segments.plain, "UTF-8", errors="replace")  # (N, None)
        inner = self._normalized.split(tf.strings.unicode_encode(self._words.normalized(points)[0], "UTF-8"))
        return segments.joined(inner.joined(self._pieces(inner.plain)))

    def _pieces(self, text: tf.Tensor) -> tf.RaggedTensor:
        """Returns the ids of text (N,) without added tokens, int32 (N, None)."""
        # A word is split once, no matter how often it occurs in the batch. Only the space separates words in every
        # text, so that there may still be several words between two spaces.
        parts = tf.strings.split(text, " ")  # (N, None)
        distinct, which = tf.unique(parts.flat_values, out_idx=tf.int64)
        pieces = tf.gather(self._cut(distinct)[0], which)
        splits = tf.gather(pieces.row_splits, parts.row_splits)
        # (pyright's stubs of TensorFlow lack the factories of RaggedTensor.)
        make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]
        return make(pieces.flat_values, splits, validate=False)

    def _cut(self, text: tf.Tensor) -> tuple[tf.RaggedTensor, tf.Tensor, tf.Tensor]:
        """Returns the ids of text (N,), int32 (N, None), and where each begins and ends, in characters."""
        points = tf.strings.unicode_decode(text, "UTF-8", errors="replace")  # (N, None)
        words = self._words.cut(points)
        pieces = self._trie.cut(words.characters, words.starts)
        sources = tf.gather(words.sources, pieces.starts)  # (P,)
        counts = tf.searchsorted(sources, points.row_splits)  # the number of pieces that start before each row
        make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]
        token_ids = make(pieces.token_ids, tf.cast(counts, tf.int64), validate=False)
        row_starts = tf.gather(points.row_splits, row_ids(token_ids.row_splits))
        return token_ids, sources - row_starts, tf.gather(words.sources, pieces.limits - 1) + 1 - row_starts

    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        token_ids = tf.ragged.boolean_mask(
            token_ids, token_ids.with_flat_values(tf.gather(self._carries_text, token_ids.flat_values))
        )
        surfaces = tf.gather(self._surfaces, token_ids.flat_values)
        is_cjk = tf.gather(self._is_cjk, token_ids.flat_values)
        rows = row_ids(token_ids.row_splits)
        # The space before a piece is dropped at the start of a text and between two Chinese characters.
        bare = (rows[1:] != rows[:-1]) | (is_cjk[1:] & is_cjk[:-1])
        bare = tf.concat([tf.ones_like(rows[:1], tf.bool), bare], axis=0)
        surfaces = tf.where(bare, tf.strings.regex_replace(surfaces, "^ ", ""), surfaces)
        return tf.strings.reduce_join(token_ids.with_flat_values(surfaces), axis=-1)
