"""A word tokenizer."""

from collections.abc import Iterable
from typing import Any, ClassVar

import keras
import tensorflow as tf

from ..plain.text.special_tokens import END_TOKEN, UNKNOWN_TOKEN
from ..plain.text.vocabulary import Vocabulary
from ..plain.text.word_patterns import WHITE_SPACE, check_word_options, check_word_vocabulary
from .as_text import as_text
from .join_words import join_words, spacing_rules
from .lower_case import lower_case
from .row_ids import row_ids
from .split_words import split_words
from .tokenizer import Tokenizer
from .tokenizer_kinds import register_tokenizer


@register_tokenizer
@keras.saving.register_keras_serializable(package="langzoo")
class WordTokenizer(Tokenizer):
    r"""A word tokenizer with a closed vocabulary, in the convention of the Penn Treebank language-model text.

    A newline is the token `<eos>`, and `<eos>` detokenizes to a newline; `<unk>` and `<eos>` are recognized in text.
    The convention is that of Mikolov et al. 2010, "Recurrent neural network based language model".

    Args:
        vocabulary: the words in the order of their ids, including `<unk>` and `<eos>`, none with white space in it.
        lowercase: whether to convert text to lower case first. The vocabulary is not changed.
        split: `"whitespace"`, for text that is already split (Penn Treebank, WikiText); words are decoded with one
            space between them. `"punctuation"`, for raw text, English or Chinese: words, numbers, signs and Han
            characters are separate (see `split_words`); text is decoded with the spacing of English and Chinese, which
            is a guess where it is ambiguous (straight quotes, hyphens and slashes keep a space on both sides).
        **kwargs: as for every Keras layer.

    Raises:
        UserError: `<unk>` or `<eos>` is missing from the vocabulary, or a word contains white space.
        ValueError: `split` is unknown, or `lowercase` is not a bool.

    Example:
        >>> tokenizer = WordTokenizer(["<unk>", "<eos>", "the", "cat", "猫", "!"], split="punctuation")
        >>> tokenizer(["the cat!\n", "猫 purrs"]).to_list()
        [[2, 3, 5, 1], [4, 0]]
        >>> tokenizer.detokenize([2, 3, 5, 1, 4]).numpy().decode()
        'the cat!\n猫'
    """

    kind: ClassVar[str] = "word"
    joins_words: ClassVar[bool] = True

    def __init__(self, vocabulary: Iterable[str], *, lowercase: bool = False, split: str = "whitespace", **kwargs):
        super().__init__(**kwargs)
        check_word_options(lowercase, split)
        self.lowercase = lowercase
        self.split = split
        self._vocabulary = Vocabulary(vocabulary)
        check_word_vocabulary(self._vocabulary)
        with tf.init_scope():
            words = tf.constant(list(self._vocabulary))  # (V,)
            self._lookup = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(words, tf.range(tf.size(words, tf.int64), dtype=tf.int64)),
                default_value=self._vocabulary.id(UNKNOWN_TOKEN),
            )
            self._surfaces = tf.where(words == END_TOKEN, "\n", words)  # (V,)
            self._rules = spacing_rules(words, split=split)  # (V,)

    @property
    def vocabulary_size(self) -> int:
        """The number of words, including `<unk>` and `<eos>`."""
        return len(self._vocabulary)

    @property
    def vocabulary(self) -> list[str]:
        """The words in the order of their ids."""
        return list(self._vocabulary)

    @property
    def tokens(self) -> list[str]:
        """The words in the order of their ids."""
        return list(self._vocabulary)

    @property
    def options(self) -> dict[str, Any]:
        """`lowercase` and `split`."""
        return {"lowercase": self.lowercase, "split": self.split}

    def _tokenize_rows(self, text: tf.Tensor) -> tf.RaggedTensor:
        words = split_words(text, split=self.split, lowercase=self.lowercase)  # (B, None)
        return words.with_flat_values(tf.cast(self._lookup.lookup(words.flat_values), tf.int32))

    def offsets(self, text) -> dict[str, tf.RaggedTensor]:
        """See `Tokenizer.offsets`; a word covers the original text, with its case."""
        text = tf.strings.unicode_transcode(as_text(text), "UTF-8", "UTF-8", errors="replace")
        words = split_words(text, split=self.split, lowercase=self.lowercase)  # (B, None)
        token_ids = words.with_flat_values(tf.cast(self._lookup.lookup(words.flat_values), tf.int32))
        characters = tf.strings.unicode_split(text, "UTF-8")  # (B, None)
        flat = characters.flat_values  # (N,)
        written = lower_case(flat) if self.lowercase else flat
        # Words are the characters in order, without white space, and with the end token in place of a new line.
        sizes = tf.strings.length(written, unit="UTF8_CHAR")
        sizes = tf.where(tf.strings.regex_full_match(flat, f"[{WHITE_SPACE}]"), 0, sizes)
        sizes = tf.where(flat == "\n", len(END_TOKEN), sizes)
        sources = row_ids(tf.pad(tf.cumsum(sizes), [[1, 0]]))  # the position in the text of each character of a word
        ends = tf.cumsum(tf.strings.length(words.flat_values, unit="UTF8_CHAR"))
        begins = tf.pad(ends, [[1, 0]])[:-1]
        before = tf.gather(characters.row_splits, row_ids(words.row_splits))
        places = (tf.gather(sources, begins) - before, tf.gather(sources, ends - 1) + 1 - before)
        starts, limits = (words.with_flat_values(tf.cast(each, tf.int32)) for each in places)
        return {"token_ids": token_ids, "starts": starts, "limits": limits}

    def _detokenize_rows(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        words = token_ids.with_flat_values(tf.gather(self._surfaces, token_ids.flat_values))
        return join_words(words, tf.gather(self._rules, token_ids.flat_values))
