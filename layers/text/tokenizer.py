"""The base class of all tokenizers."""

import abc
import hashlib
import json
import reprlib
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from ..plain.errors import UserError
from ..plain.text.special_tokens import END_TOKEN, UNKNOWN_TOKEN
from ..plain.text.tokenizer_description import FORMAT, TOKENIZER_FILE, VOCABULARY_FILE
from ..plain.text.vocabulary_file import read_vocabulary, write_vocabulary
from .as_text import as_text
from .as_token_ids import as_token_ids


class Tokenizer(keras.layers.Layer, abc.ABC):
    """A layer that converts text to token ids and back.

    It works on Python strings, in `tf.data`, and inside a SavedModel, with core TensorFlow operations only, so that an
    export runs with nothing but TensorFlow installed; except for the kinds with `needs_tensorflow_text`, whose exports
    only load after importing `tensorflow_text` (TF Serving has its operations built in). Text is UTF-8. An exporter
    must track the layer (`ExportArchive.track`), since some kinds have look-up tables.

    Special tokens do not represent text. Every kind has `end_id`, which ends a text, and `start_id`, which precedes it
    as the first context of a causal model (the end token, unless the kind has one of its own).
    `separator_id` is placed between and after the texts of an encoder's input, and `mask_id` replaces a token to
    predict; both are None if the kind has none. `padding_id` pads rows: models take a mask and never read it, so that
    any id will do (0). `special_ids` are all those that carry no text: `detokenize` leaves them out, and objectives
    that mask tokens never mask them. `unknown_id` is not among them, since it represents text.

    A subclass sets `kind`, takes its vocabulary (if it has one) as the first argument and its options by keyword, and
    implements `vocabulary_size`, `vocabulary`, `options`, `tokens`, `_tokenize_rows` and `_detokenize_rows`. One that
    stores more than a vocabulary in files overrides `assets`, `write_assets` and `read_assets`; one that knows the
    positions of its tokens in the text overrides `offsets`.

    Args:
        **kwargs: `name` and others, as for every Keras layer.

    Call arguments:
        text: string tensor (B,) or (); eagerly also str, bytes, or a list or array of them.

    Returns:
        The result of `tokenize`.

    Example:
        >>> from langzoo.layers.text import ByteTokenizer
        >>> tokenizer = ByteTokenizer()
        >>> tokenizer(["a", "猫"]).to_list()
        [[97], [231, 140, 171]]
        >>> tokenizer.detokenize([231, 140, 171]).numpy().decode()
        '猫'
    """

    kind: ClassVar[str] = ""
    """The name of the class for `save_assets` and `load_tokenizer`."""

    has_vocabulary: ClassVar[bool] = True
    """Whether the first constructor argument is a vocabulary, stored in `vocabulary.txt`."""

    quotes_vocabulary: ClassVar[bool] = False
    """Whether the lines of `vocabulary.txt` are JSON strings, for tokens that may be white space."""

    needs_tensorflow_text: ClassVar[bool] = False
    """Whether its operations are those of TensorFlow Text, which a process must import before it loads an export."""

    joins_lines: ClassVar[bool] = False
    """Whether a text has other ids than its separate lines, since pieces may span line ends."""

    joins_words: ClassVar[bool] = False
    """Whether `detokenize` itself puts spaces between words, so that white space at the end of a text has no tokens."""

    add_start: bool = True
    """Whether a causal model reads the start token before a text; published models may not."""

    stop_ids: tuple[int, ...] = ()
    """Ids at which generation stops by default."""

    def __init__(self, **kwargs):
        kwargs.setdefault("dtype", "int32")
        super().__init__(**kwargs)
        self.build((None,))

    @property
    @abc.abstractmethod
    def vocabulary_size(self) -> int:
        """The number of ids, which range from 0 to `vocabulary_size - 1`."""

    @property
    @abc.abstractmethod
    def tokens(self) -> list[str]:
        """A printable name of every id, all different, for tables and messages; a newline is written as `\\n`."""

    @property
    def vocabulary(self) -> list[str] | None:
        """The first constructor argument, or None for a kind that has no vocabulary."""
        return None

    @property
    def options(self) -> dict[str, Any]:
        """The constructor's keyword arguments except those in `assets`, as JSON values."""
        return {}

    @property
    def assets(self) -> dict[str, Any]:
        """The constructor's arguments that `write_assets` stores in files, by name, as JSON values."""
        return {} if self.vocabulary is None else {"vocabulary": self.vocabulary}

    def write_assets(self, directory: Path) -> None:
        """Writes the files of `assets` into an existing folder."""
        if self.vocabulary is not None:
            write_vocabulary(directory / VOCABULARY_FILE, self.vocabulary, quoted=self.quotes_vocabulary)

    @classmethod
    def read_assets(cls, directory: Path) -> dict[str, Any]:
        """Reads the files written by `write_assets`: `assets`, not yet checked.

        Raises:
            UserError: a file is missing, garbled or too large.
        """
        if not cls.has_vocabulary:
            return {}
        return {"vocabulary": read_vocabulary(directory / VOCABULARY_FILE, quoted=cls.quotes_vocabulary)}

    @abc.abstractmethod
    def _tokenize_rows(self, text: tf.Tensor) -> tf.RaggedTensor:
        """Converts strings (B,) to ids int32 (B, None)."""

    @abc.abstractmethod
    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        """Converts ids int64 (B, None) to strings (B,)."""

    def __call__(self, text, *args, **kwargs):
        """The same as `tokenize`, also for symbolic Keras tensors."""
        # Before Keras sees it: it does not accept Python strings, and makes error messages many lines long.
        return super().__call__(text if isinstance(text, keras.KerasTensor) else as_text(text), *args, **kwargs)

    def call(self, text):
        """The same as `tokenize`."""
        return self.tokenize(text)

    def tokenize(self, text):
        """Tokenizes text.

        Args:
            text: strings (B,), or one string ().

        Returns:
            Ids, int32: ragged (B, None), or (T,) for one string. An empty string has no tokens.

        Raises:
            UserError: a Python string is not Unicode text (half a surrogate pair).
            ValueError: text is not strings, or of another rank.
        """
        text = as_text(text)
        if text.shape.rank == 0:
            return self._tokenize_rows(text[tf.newaxis]).flat_values
        return self._tokenize_rows(text)

    def detokenize(self, token_ids):
        """Converts tokens back to text.

        Args:
            token_ids: integers, ragged (B, None), dense (B, T), or (T,) for one text; eagerly also (nested) lists.

        Returns:
            Strings (B,), or () for one text.

        Raises:
            ValueError: token_ids are not integers, or of another rank.
            tf.errors.InvalidArgumentError: an id is outside `[0, vocabulary_size)`.
        """
        token_ids = as_token_ids(token_ids)
        if isinstance(token_ids, tf.RaggedTensor):
            return self._detokenize_rows(token_ids)
        # (pyright's stubs of TensorFlow lack the factories of RaggedTensor.)
        rows = token_ids if token_ids.shape.rank == 2 else token_ids[tf.newaxis]  # (B, T)
        texts = self._detokenize_rows(tf.RaggedTensor.from_tensor(rows))  # pyright: ignore[reportAttributeAccessIssue]
        return texts if token_ids.shape.rank == 2 else texts[0]

    def offsets(self, text) -> dict[str, tf.RaggedTensor]:
        """Tokenizes text and returns the position of each token.

        Args:
            text: strings (B,).

        Returns:
            `token_ids`, `starts` and `limits`, int32, ragged (B, None): token i covers the characters (Unicode code
            points, not bytes) `[starts[i], limits[i])` of its text, like `Encoding.offsets` of Hugging Face.

        Raises:
            ValueError: this kind keeps no offsets.
        """
        raise ValueError(f"offsets: a {self.kind} tokenizer does not keep the places of its tokens in the text")

    @property
    def unknown_id(self) -> int | None:
        """The id of `<unk>`, or None if nothing is unknown."""
        return self._ids.get(UNKNOWN_TOKEN)

    @property
    def end_id(self) -> int:
        """The id of `<eos>`."""
        return self._ids[END_TOKEN]

    @property
    def start_id(self) -> int:
        """The id before a text for a causal model: `end_id` unless the kind has one of its own."""
        return self.end_id

    @property
    def separator_id(self) -> int | None:
        """The id that closes each text of an encoder's input, or None."""
        return None

    @property
    def closing_id(self) -> int:
        """The id after each text of an encoder's input: the separator, or `end_id` if there is none."""
        return self.end_id if self.separator_id is None else self.separator_id

    @property
    def mask_id(self) -> int | None:
        """The id that replaces a token to predict, or None."""
        return None

    @property
    def padding_id(self) -> int:
        """The id that pads rows."""
        return 0

    @property
    def special_ids(self) -> tuple[int, ...]:
        """The ids that carry no text."""
        return ()

    def id_to_token(self, token_id: int) -> str:
        """Returns the printable name of an id, as in `tokens`.

        Raises:
            ValueError: there is no such id.
        """
        if not 0 <= token_id < self.vocabulary_size:
            raise ValueError(f"token_id must be in [0, {self.vocabulary_size}), got {token_id}")
        return self._names[token_id]

    def token_to_id(self, token: str) -> int:
        r"""Returns the id of a token, by its printable name or, for one character, by that character (`"\n"`).

        Raises:
            UserError: the token is not in the vocabulary; `<unk>` is not returned for it.
        """
        token_id = self._ids.get(token)
        if token_id is None and len(token) == 1:
            token_id = self._ids.get(printable(token))
        if token_id is None:
            raise UserError(f"the tokenizer's vocabulary does not hold {reprlib.repr(token)}: choose a token it holds")
        return token_id

    def save_assets(self, directory: str | Path) -> None:
        """Writes `tokenizer.json` and the files of `write_assets` (`vocabulary.txt`, for most kinds).

        Args:
            directory: the folder; created if missing. `load_tokenizer` reads it. Keras calls this for `.keras` files.
        """
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        self.write_assets(directory)
        description = {
            "format": FORMAT,
            "kind": self.kind,
            "options": self.options,
            "vocabulary_size": self.vocabulary_size,
            "digest": self.digest,
        }
        # Last, so that a folder that was only half written is not a tokenizer.
        text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
        (directory / TOKENIZER_FILE).write_text(text, encoding="utf-8", newline="\n")

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape for strings (B,), for `summary`."""
        return (None, None)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, including the vocabulary."""
        return {**super().get_config(), **self.assets, **self.options}

    # cached_property bypasses Keras' __setattr__, which would wrap and traverse every list and dict.

    @cached_property
    def digest(self) -> str:
        """The SHA-256 hash, in hexadecimal, of all that determines the ids of a text: kind, options and assets."""
        return hashlib.sha256(json.dumps([self.kind, self.options, self.assets], sort_keys=True).encode()).hexdigest()

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.tokens)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: token_id for token_id, token in enumerate(self.tokens)}


def printable(character: str) -> str:
    r"""Returns a printable name of one character: itself, or its escape in Python.

    Example:
        >>> [printable(character) for character in "a猫 \n"]
        ['a', '猫', ' ', '\\n']
    """
    return character if character.isprintable() and character != "\\" else repr(character)[1:-1]
