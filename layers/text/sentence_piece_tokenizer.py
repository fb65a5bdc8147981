"""A SentencePiece tokenizer."""

import base64
import reprlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from ..plain.text.added_token import AddedToken
from ..plain.text.inert_characters import inert_characters
from ..plain.text.model_file import SENTENCE_PIECE_FILE, read_model_file
from ..plain.text.sentence_piece_model import BYTE, SPACE, SentencePieceModel
from ..plain.text.sentence_piece_pieces import SentencePiecePieces, check_sentence_piece_options, sentinel_names
from .added_token_splitter import AddedTokenSplitter
from .as_text import as_text
from .row_ids import row_ids
from .segments import Segments
from .sentence_piece_operation import sentence_piece_operation
from .tokenizer import Tokenizer, printable
from .tokenizer_kinds import register_tokenizer
from .unknown_runs import UnknownRuns


@register_tokenizer
@keras.saving.register_keras_serializable(package="langzoo")
class SentencePieceTokenizer(Tokenizer):
    r"""A tokenizer with a SentencePiece model, unigram or BPE: T5's, LLaMA's, ALBERT's and so on.

    Ids and text are those of the `sentencepiece` library. The work is done by TensorFlow Text, whose operation contains
    the model: an export needs that package in Python, and nothing in TF Serving, which has its operations built in.
    Of two segmentations with exactly the same score (a run of one character into the same pieces in another order) its
    release of the library may choose another than the latest. Bytes that are not UTF-8 are read as U+FFFD. `<s>`,
    `</s>` and `<pad>` are recognized in text only as `added_tokens`, and are decoded as nothing; unknown text is
    decoded as " ⁇ ", as by the library.

    Kudo and Richardson 2018, "SentencePiece", https://arxiv.org/abs/1808.06226; Kudo 2018, "Subword Regularization",
    https://arxiv.org/abs/1804.10959 (unigram).

    Args:
        model: the bytes of the `.model` file (in a Keras configuration their base64).
        extra_ids: number of sentinels `<extra_id_0>`, `<extra_id_1>`, ... after the pieces: T5 has 100. The first has
            the last id. They are recognized in text (Raffel et al. 2020,
            https://arxiv.org/abs/1910.10683, section 3.1.4; `T5Tokenizer` of Hugging Face).
        start: the token before a text: `"end"`, the end of another one, or `"begin"`, the model's `<s>` (LLaMA).
        added_tokens: tokens to recognize in text, either pieces of the model (`</s>`, `[INST]`) or others, which get
            ids after the sentinels: objects with a `content` and flags, see `AddedToken`.
        space_in_front: where the model puts a space in front: `"always"` before each part of the text between
            sentinels and added tokens (the library itself, T5, LLaMA 2), `"missing"` before each part that does not
            begin with one, or `"first"` before a whole text that does not (Mistral v0.3).
        add_start: whether a causal model reads the start token before a text.
        **kwargs: as for every Keras layer.

    Raises:
        UserError: it is not a SentencePiece model, or damaged, has no end token, no begin token although `start`
            requires it, or already has sentinels.
        ValueError: an option is unknown or of the wrong type.

    Example:
        >>> tokenizer = SentencePieceTokenizer(Path("spiece.model").read_bytes(), extra_ids=100)
        >>> tokenizer("Thank you <extra_id_0> me.").numpy().tolist()
        [1562, 25, 32099, 140, 5]
    """

    kind: ClassVar[str] = "sentencepiece"
    joins_words: ClassVar[bool] = True
    joins_lines: ClassVar[bool] = True
    has_vocabulary: ClassVar[bool] = False
    needs_tensorflow_text: ClassVar[bool] = True
    model_file: ClassVar[str] = SENTENCE_PIECE_FILE

    def __init__(
        self,
        model: bytes | str,
        *,
        extra_ids: int = 0,
        start: str = "end",
        added_tokens: Sequence[Mapping[str, Any]] = (),
        space_in_front: str = "always",
        add_start: bool = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        check_sentence_piece_options(extra_ids, start, space_in_front, add_start)
        self.add_start = add_start
        self.extra_ids = extra_ids
        self.start = start
        self.space_in_front = space_in_front
        self._source = model_bytes(model)
        self._model = SentencePieceModel(self._model_data())
        self._pieces = SentencePiecePieces(self._model, extra_ids=extra_ids, start=start, added_tokens=added_tokens)
        assert self._model.end_id is not None  # just checked
        self.stop_ids = (self._model.end_id,)
        self._raw, self._normalized = (
            AddedTokenSplitter(tokens, token_ids=[self._pieces.ids[token.content] for token in tokens])
            for tokens in (self._pieces.found(normalized=False), self._pieces.found(normalized=True))
        )
        self._runs = UnknownRuns(inert_characters(self._model, self._pieces.names))
        with tf.init_scope():
            self._operation = sentence_piece_operation(self._pieces.model())
            # Without the space in front, for the text after an added token.
            self._bare = self._operation
            if space_in_front != "always":
                self._bare = sentence_piece_operation(self._pieces.model(space_in_front=False))
            self._all_ids = tf.range(self.vocabulary_size)  # (V,)
            silent = set(self.special_ids)
            self._is_silent = tf.constant([token_id in silent for token_id in range(self.vocabulary_size)])
            self._has_space = tf.constant([piece.startswith(SPACE) for piece in self._pieces.names])  # (V,)

    def sentence_piece_model(self) -> bytes:
        """Returns the model for other programs, which writes a space as "▁"."""
        return self._source

    @property
    def found_tokens(self) -> tuple[AddedToken, ...]:
        """The tokens that are recognized in text: sentinels and added tokens."""
        return (*self._pieces.found(normalized=False), *self._pieces.found(normalized=True))

    def _model_data(self) -> bytes:
        """The SentencePiece model."""
        return self._source

    @property
    def vocabulary_size(self) -> int:
        """The number of pieces, sentinels and added tokens."""
        return len(self._pieces.names)

    @property
    def tokens(self) -> list[str]:
        """The pieces, with "▁" for a space and escapes for unprintable characters; then sentinels and added tokens."""
        return ["".join(map(printable, piece)) for piece in self._pieces.names]

    @property
    def options(self) -> dict[str, Any]:
        """The constructor's keyword arguments except the model."""
        return {
            "extra_ids": self.extra_ids,
            "start": self.start,
            "added_tokens": [token.to_option() for token in self._pieces.added],
            "space_in_front": self.space_in_front,
            "add_start": self.add_start,
        }

    @property
    def start_id(self) -> int:
        """The id of the token before a text."""
        begin_id = self._model.begin_id
        return begin_id if self.start == "begin" and begin_id is not None else self.end_id

    @property
    def end_id(self) -> int:
        """The id of `</s>`."""
        (end_id,) = self.stop_ids
        return end_id

    @property
    def surfaces(self) -> list[bytes]:
        """The text of each id inside a text, UTF-8, with a leading space if it begins a word; b"" for special ones."""
        silent = {*self.special_ids, *(self._pieces.ids[name] for name in sentinel_names(self.extra_ids))}
        return [
            b""
            if token_id in silent
            else bytes([int(name[3:-1], 16)])
            if kind == BYTE
            else name.replace(SPACE, " ").encode()
            for token_id, (name, kind) in enumerate(zip(self._pieces.names, self._pieces.types, strict=True))
        ]

    @property
    def unknown_id(self) -> int:
        """The id of `<unk>`."""
        return self._model.unknown_id

    @property
    def padding_id(self) -> int:
        """The id of `<pad>`, or 0 if the model has none."""
        return self._model.padding_id or 0

    @property
    def special_ids(self) -> tuple[int, ...]:
        """The ids of the model's control pieces (`<s>`, `</s>`, `<pad>`) and of special added tokens."""
        return self._pieces.special_ids

    @property
    def assets(self) -> dict[str, Any]:
        """`model`, as base64."""
        return {"model": base64.b64encode(self._source).decode()}

    def write_assets(self, directory: Path) -> None:
        """Writes the model as it was given."""
        (directory / self.model_file).write_bytes(self._source)

    @classmethod
    def read_assets(cls, directory: Path) -> dict[str, Any]:
        """Reads the model.

        Raises:
            UserError: the file is missing, empty or too large.
        """
        return {"model": read_model_file(directory / cls.model_file)}

    def offsets(self, text) -> dict[str, tf.RaggedTensor]:
        """Tokenizes text and returns the position of each token, in characters, like the library.

        Args:
            text: strings (B,). If one is not UTF-8, every byte except 0x80 to 0xbf counts as a character.

        Returns:
            `token_ids`, `starts` and `limits`, int32, ragged (B, None). The space before a word belongs to its
            first token; one that is put before the text has no position.
        """
        text = as_text(text)
        if text.shape.rank != 1:
            raise ValueError(f"text must be strings of shape (B,), got {reprlib.repr(text)}")
        segments = self._segments(text)
        sizes = tf.strings.length(segments.text.flat_values)  # (N,)
        pieces, starts, limits = (
            self._chosen(segments, *both)
            for both in zip(
                self._runs.tokenize_with_offsets(self._operation, segments.plain),
                self._runs.tokenize_with_offsets(self._bare, segments.plain),
                strict=True,
            )
        )
        found = segments.offsets(pieces, starts=starts.flat_values, limits=limits.flat_values, lengths=sizes)
        # From bytes to characters: the number that begin before each byte of all texts.
        codes = tf.cast(tf.io.decode_raw(tf.strings.reduce_join(text), tf.uint8), tf.int32)
        before = tf.concat([[0], tf.cumsum(tf.cast((codes < 0x80) | (codes > 0xBF), tf.int32))], axis=0)
        text_begins = tf.cumsum(tf.strings.length(text), exclusive=True)  # (B,)
        for name in ("starts", "limits"):
            begins = tf.gather(text_begins, row_ids(found[name].row_splits))
            characters = tf.gather(before, begins + found[name].flat_values) - tf.gather(before, begins)
            found[name] = found[name].with_flat_values(characters)
        return found

    def _tokenize_rows(self, text: tf.Tensor) -> tf.RaggedTensor:
        if not self._raw.finds and not self._normalized.finds and self.space_in_front == "always":
            return self._runs.tokenize(self._operation, text)
        segments = self._segments(text)
        pieces = self._runs.tokenize(self._operation, segments.plain)  # (N, None)
        if self.space_in_front != "always":
            pieces = self._chosen(segments, pieces, self._runs.tokenize(self._bare, segments.plain))
        return segments.joined(pieces)

    def _segments(self, text: tf.Tensor) -> Segments:
        segments = self._raw.split(text)
        return segments.refined(self._normalized.split) if self._normalized.finds else segments

    def _chosen(self, segments: Segments, spaced: tf.RaggedTensor, bare: tf.RaggedTensor) -> tf.RaggedTensor:
        """Selects the rows (N, None) of segments, with or without a space in front."""
        if self.space_in_front == "always":
            return spaced
        plain = segments.plain
        gets = (tf.strings.substr(plain, 0, 1) != " ") & (tf.strings.substr(plain, 0, len(SPACE.encode())) != SPACE)
        if self.space_in_front == "first":
            sizes = tf.concat([[0], tf.cumsum(tf.strings.length(segments.text.flat_values))], axis=0)  # (N + 1,)
            begins = tf.gather(sizes, tf.gather(segments.text.row_splits, row_ids(segments.text.row_splits)))
            gets &= sizes[:-1] == begins
        count = tf.size(plain)
        rows = tf.where(gets, tf.range(count), tf.range(count) + count)
        return tf.gather(tf.concat([spaced, bare], axis=0), rows)  # pyright: ignore[reportCallIssue, reportArgumentType]

    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        # The operation has an error of its own for ids out of range.
        token_ids = token_ids.with_flat_values(tf.gather(self._all_ids, token_ids.flat_values))
        # Tokens that have text in the model have none if they are special.
        token_ids = tf.ragged.boolean_mask(
            token_ids, token_ids.with_flat_values(~tf.gather(self._is_silent, token_ids.flat_values))
        )
        if not self._model.drops_one_space:
            return self._operation.detokenize(token_ids)
        # TensorFlow Text's release of the library removes all leading spaces, later ones remove one.
        # So a token is put before them (the unknown token always exists), and the rest is done here.
        head = tf.fill([token_ids.nrows(), 1], self.unknown_id)
        texts = self._operation.detokenize(tf.concat([head, token_ids], axis=1))
        head_size = tf.strings.length(self._operation.detokenize(tf.constant([[self.unknown_id]]))[0])
        first = token_ids[:, :1]
        has_space = tf.reduce_any(first.with_flat_values(tf.gather(self._has_space, first.flat_values)), axis=1)
        drop = head_size + tf.cast(has_space, tf.int32)
        return tf.strings.substr(texts, drop, tf.strings.length(texts))


def model_bytes(model: bytes | str) -> bytes:
    """Returns the bytes of a model given as bytes, or as base64 from a Keras configuration.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(model, bytes):
        return model
    if isinstance(model, str):
        return base64.b64decode(model, validate=True)
    raise ValueError(f"model must be the bytes of a model file, got {reprlib.repr(model)}")
