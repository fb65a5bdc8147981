"""Pieces of words and spaces, by a SentencePiece model."""

import base64
import hashlib
import reprlib
from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from ..errors import UserError
from .as_text import as_text
from .model_file import SENTENCE_PIECE_FILE, read_model_file
from .sentence_piece_model import CONTROL, SPACE, SentencePieceModel, check_sentence_piece_options, sentinel_names
from .tokenizer import Tokenizer, printable
from .tokenizer_kinds import register_tokenizer


@register_tokenizer
@keras.saving.register_keras_serializable(package="langzoo")
class SentencePieceTokenizer(Tokenizer):
    r"""Text cut into the pieces of a SentencePiece model, unigram or BPE: T5's, LLaMA's, ALBERT's and so on.

    Ids and text are those of the `sentencepiece` library. The work is done by TensorFlow Text, whose operation carries
    the model: an export needs that package in Python, and nothing in TF Serving, which has its operations built in.
    Of two ways to cut with exactly the same score (a run of one character into the same pieces in another order) its
    release of the library may take another than the latest. Bytes that are not UTF-8 are read as U+FFFD. `<s>`, `</s>`
    and `<pad>` are never in the text, and detokenize to nothing; what is unknown detokenizes to " ⁇ ", as the library
    has it.

    Kudo and Richardson 2018, "SentencePiece", https://arxiv.org/abs/1808.06226; Kudo 2018, "Subword Regularization",
    https://arxiv.org/abs/1804.10959 (unigram).

    Args:
        model: the bytes of the `.model` file (in a Keras configuration their base64).
        extra_ids: number of sentinels `<extra_id_0>`, `<extra_id_1>`, ... behind the pieces: T5 has 100. The first has
            the last id. Written out in the text they are those tokens, and the text between them is cut as if it stood
            alone (Raffel et al. 2020, https://arxiv.org/abs/1910.10683, section 3.1.4; `T5Tokenizer` of Hugging Face).
        start: the token before a text: `"end"`, the end of another one, or `"begin"`, the model's `<s>` (LLaMA).
        **kwargs: as of every Keras layer.

    Raises:
        UserError: no SentencePiece model, a damaged one, one without an end token, without a begin token where `start`
            asks for it, or one that holds sentinels already.
        ValueError: unknown `start`, or `extra_ids` is no number from 0 to 1,000.

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

    def __init__(self, model: bytes | str, *, extra_ids: int = 0, start: str = "end", **kwargs):
        super().__init__(**kwargs)
        check_sentence_piece_options(extra_ids, start)
        self.extra_ids = extra_ids
        self.start = start
        self._source = model_bytes(model)
        self._model = SentencePieceModel(self._model_data())
        self._sentinels = sentinel_names(extra_ids)
        self._model.check_special_tokens(self._sentinels, start=start)
        assert self._model.end_id is not None  # just checked
        self.stop_ids = (self._model.end_id,)
        with tf.init_scope():
            self._operation = _operation(self._model.with_pieces(self._sentinels))
            self._all_ids = tf.range(self.vocabulary_size)  # (V,)
            self._is_control = tf.constant([kind == CONTROL for kind in self._model.types] + [False] * extra_ids)
            self._has_space = tf.constant([piece.startswith(SPACE) for piece in self._pieces])  # (V,)

    def _model_data(self) -> bytes:
        """The SentencePiece model."""
        return self._source

    @property
    def _pieces(self) -> tuple[str, ...]:
        return self._model.pieces + self._sentinels

    @property
    def vocabulary_size(self) -> int:
        """The number of pieces and of sentinels."""
        return len(self._pieces)

    @property
    def tokens(self) -> list[str]:
        """The pieces, with "▁" for a space, and what does not print as escapes; then the sentinels."""
        return ["".join(map(printable, piece)) for piece in self._pieces]

    @property
    def options(self) -> dict[str, Any]:
        """`extra_ids` and `start`."""
        return {"extra_ids": self.extra_ids, "start": self.start}

    @property
    def start_id(self) -> int:
        """The id of the token that stands before a text."""
        begin_id = self._model.begin_id
        return begin_id if self.start == "begin" and begin_id is not None else self.end_id

    @property
    def end_id(self) -> int:
        """The id of `</s>`."""
        (end_id,) = self.stop_ids
        return end_id

    @property
    def unknown_id(self) -> int:
        """The id of `<unk>`."""
        return self._model.unknown_id

    @property
    def padding_id(self) -> int:
        """The id of `<pad>`, or 0 where the model has none."""
        return self._model.padding_id or 0

    @property
    def special_ids(self) -> tuple[int, ...]:
        """The ids of the model's control pieces: `<s>`, `</s>`, `<pad>`."""
        return tuple(index for index, kind in enumerate(self._model.types) if kind == CONTROL)

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
        """Cuts text into tokens and says where in the text each stands, in characters, as the library does.

        Args:
            text: strings (B,). Of one that is no UTF-8, every byte but those from 0x80 to 0xbf counts as a character.

        Returns:
            `token_ids`, `starts` and `limits`, int32, ragged (B, None). The space in front of a word belongs to its
            first token; the one that is put in front of the text is nowhere.
        """
        text = as_text(text)
        if text.shape.rank != 1:
            raise ValueError(f"text must be strings of shape (B,), got {reprlib.repr(text)}")
        parts, is_sentinel = self._parts(text)
        sizes = tf.strings.length(parts.flat_values)  # (N,)
        pieces, starts, limits = self._operation.tokenize_with_offsets(self._plain(parts, is_sentinel))  # (N, None)
        # Where each part begins in its text, in bytes.
        begins = tf.cumsum(sizes, exclusive=True)
        text_begins = tf.cumsum(tf.strings.length(text), exclusive=True)  # (B,)
        begins -= tf.gather(text_begins, parts.value_rowids())
        found = {
            "token_ids": _joined(pieces, self._sentinel_ids(parts, is_sentinel), is_sentinel),
            "starts": _joined(_moved(starts, begins), tf.boolean_mask(begins, is_sentinel), is_sentinel),
            "limits": _joined(_moved(limits, begins), tf.boolean_mask(begins + sizes, is_sentinel), is_sentinel),
        }
        found = {name: parts.with_flat_values(values).merge_dims(1, 2) for name, values in found.items()}
        # From bytes to characters: how many begin before each byte of all texts.
        codes = tf.cast(tf.io.decode_raw(tf.strings.reduce_join(text), tf.uint8), tf.int32)
        before = tf.concat([[0], tf.cumsum(tf.cast((codes < 0x80) | (codes > 0xBF), tf.int32))], axis=0)
        for name in ("starts", "limits"):
            begins = tf.gather(text_begins, found[name].value_rowids())
            characters = tf.gather(before, begins + found[name].flat_values) - tf.gather(before, begins)
            found[name] = found[name].with_flat_values(characters)
        return found

    def _tokenize_rows(self, text: tf.Tensor) -> tf.RaggedTensor:
        if not self.extra_ids:
            return self._operation.tokenize(text)
        parts, is_sentinel = self._parts(text)
        pieces = self._operation.tokenize(self._plain(parts, is_sentinel))  # (N, None)
        token_ids = _joined(pieces, self._sentinel_ids(parts, is_sentinel), is_sentinel)
        return parts.with_flat_values(token_ids).merge_dims(1, 2)

    def _parts(self, text: tf.Tensor) -> tuple[tf.RaggedTensor, tf.Tensor]:
        """The sentinels and what is between them, (B, None), and which are sentinels, bool (N,)."""
        if not self.extra_ids:
            parts = tf.RaggedTensor.from_tensor(text[:, tf.newaxis])  # pyright: ignore[reportAttributeAccessIssue]
            return parts, tf.zeros_like(text, tf.bool)
        # 0xff marks where the sentinels are: UTF-8 has no such byte. Where the text has it, 0xfe is as wrong.
        parts = tf.strings.split(text, b"\xff")  # (B, None); reduce_join itself leaves out separators of empty strings
        text = tf.strings.reduce_join(parts.with_flat_values(b"\xfe" + parts.flat_values), axis=-1)
        lengths = tf.strings.length(text)
        text = tf.strings.substr(text, tf.minimum(lengths, 1), lengths)
        pattern = "|".join(self._sentinels)
        parts = tf.strings.split(tf.strings.regex_replace(text, f"({pattern})", b"\xff\\1\xff"), b"\xff")
        return parts, tf.strings.regex_full_match(parts.flat_values, pattern)

    def _plain(self, parts: tf.RaggedTensor, is_sentinel: tf.Tensor) -> tf.Tensor:
        return tf.where(is_sentinel, "", parts.flat_values)  # (N,)

    def _sentinel_ids(self, parts: tf.RaggedTensor, is_sentinel: tf.Tensor) -> tf.Tensor:
        numbers = tf.strings.regex_replace(tf.boolean_mask(parts.flat_values, is_sentinel), r"\D", "")
        return self.vocabulary_size - 1 - tf.strings.to_number(numbers, tf.int32)

    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        # The operation has an error of its own for ids out of range.
        token_ids = token_ids.with_flat_values(tf.gather(self._all_ids, token_ids.flat_values))
        if not self._model.drops_one_space:
            return self._operation.detokenize(token_ids)
        # TensorFlow Text's release of the library takes away all the spaces in front, later ones take away one.
        # So something is put in front of them (what is unknown is always there), and the rest is done here.
        head = tf.fill([token_ids.nrows(), 1], self.unknown_id)
        texts = self._operation.detokenize(tf.concat([head, token_ids], axis=1))
        head_size = tf.strings.length(self._operation.detokenize(tf.constant([[self.unknown_id]]))[0])
        visible = tf.ragged.boolean_mask(
            token_ids, token_ids.with_flat_values(~tf.gather(self._is_control, token_ids.flat_values))
        )
        first = visible[:, :1]
        has_space = tf.reduce_any(first.with_flat_values(tf.gather(self._has_space, first.flat_values)), axis=1)
        drop = head_size + tf.cast(has_space, tf.int32)
        return tf.strings.substr(texts, drop, tf.strings.length(texts))


def _joined(of_pieces: tf.RaggedTensor, of_sentinels: tf.Tensor, is_sentinel: tf.Tensor) -> tf.RaggedTensor:
    """One number for each sentinel, in its place among those of the pieces, int32 (N, None)."""
    sentinels = tf.RaggedTensor.from_row_lengths(  # pyright: ignore[reportAttributeAccessIssue]
        of_sentinels, tf.cast(is_sentinel, of_pieces.row_splits.dtype)
    )
    return tf.concat([tf.cast(of_pieces, tf.int32), sentinels], axis=1)


def _moved(places: tf.RaggedTensor, begins: tf.Tensor) -> tf.RaggedTensor:
    """Places in a part (N, None) as places in the text."""
    return places.with_flat_values(tf.cast(places.flat_values, tf.int32) + tf.gather(begins, places.value_rowids()))


def _operation(model: bytes) -> Any:
    """TensorFlow Text's tokenizer."""
    # Only here: it has no release for Windows, where the other kinds of tokenizers work.
    import tensorflow_text

    # Private: TensorFlow Text gives the model in memory no name, so that TensorFlow throws it away with its cache of
    # kernels, which tf.random.set_seed empties; a named one stays, and serves every tokenizer of the same model.
    from tensorflow_text.python.ops.sentencepiece_tokenizer import gen_sentencepiece_tokenizer

    name = f"langzoo_{hashlib.sha256(model).hexdigest()}"

    class NamedModel(tf.saved_model.experimental.TrackableResource):
        def _create_resource(self):
            return gen_sentencepiece_tokenizer.sentencepiece_op(model=model, shared_name=name)

    try:
        operation = tensorflow_text.SentencepieceTokenizer(model)
        operation._model_resource = NamedModel()
        _ = operation._model_resource.resource_handle  # created here, outside every graph
        return operation
    except tf.errors.OpError as error:
        reason = " ".join(str(error.message).split())[-200:]
        raise UserError(f"no SentencePiece model that can be used ({reason}): copy it again") from error


def model_bytes(model: bytes | str) -> bytes:
    """The model as it was given, or as a Keras configuration holds it (base64).

    Raises:
        ValueError: neither.
    """
    if isinstance(model, bytes):
        return model
    if isinstance(model, str):
        return base64.b64decode(model, validate=True)
    raise ValueError(f"model must be the bytes of a model file, got {reprlib.repr(model)}")
