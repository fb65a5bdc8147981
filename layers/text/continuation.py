"""The text that new tokens add to a prompt."""

import tensorflow as tf

from ..plain.text.word_patterns import WHITE_SPACE
from .tokenizer import Tokenizer

_ENDS_WITH_SPACE = rf"(?s)\C*[{WHITE_SPACE}]"


def continuation(tokenizer: Tokenizer, texts: tf.Tensor, token_ids: tf.RaggedTensor, new_ids: tf.RaggedTensor):
    """Returns the text of new tokens after each text, so that both can be concatenated.

    It is the result of `detokenize` for all tokens without its result for those of the text: whether a token begins
    with a space depends on the token before it. If a tokenizer that joins words (`Tokenizer.joins_words`) has dropped
    white space at the end of the text, that replaces the space that would follow. Bytes that are not UTF-8, e.g. of an
    incomplete character, become U+FFFD as in Python's `bytes.decode(errors="replace")`.

    Args:
        tokenizer: the tokenizer of the tokens.
        texts: strings (B,).
        token_ids: ragged (B, None), the tokens of the texts, which may include special ones.
        new_ids: ragged (B, None), the new tokens.

    Returns:
        Strings (B,), UTF-8.

    Example:
        >>> from langzoo.layers.text import WordTokenizer
        >>> tokenizer = WordTokenizer(["<unk>", "<eos>", "the", "cat"])
        >>> ids = tf.ragged.constant([[2], [2]]), tf.ragged.constant([[3], [3]])
        >>> continuation(tokenizer, tf.constant(["The", "the "]), *ids).numpy().tolist()
        [b' cat', b'cat']
    """
    rows = tf.shape(texts)[0]
    token_ids, new_ids = tf.cast(token_ids, tf.int64), tf.cast(new_ids, tf.int64)
    both = tokenizer.detokenize(tf.concat([token_ids, tf.concat([token_ids, new_ids], axis=1)], axis=0))  # (2·B,)
    before, whole = both[:rows], both[rows:]
    text = _from(whole, tf.strings.length(before))
    if tokenizer.joins_words:
        dropped = tf.logical_and(_ends_with_space(texts), tf.logical_not(_ends_with_space(before)))
        spaced = tf.equal(tf.strings.substr(text, 0, 1), " ")
        text = _from(text, tf.cast(tf.logical_and(dropped, spaced), tf.int32))
    return valid_utf8(text)


def valid_utf8(strings: tf.Tensor) -> tf.Tensor:
    r"""Replaces bytes that are not UTF-8 by U+FFFD, as many as Python's `bytes.decode(errors="replace")` writes.

    Example:
        >>> valid_utf8(tf.constant([b"a\xe7\x8c"])).numpy()[0].decode()
        'a\ufffd'
    """
    return tf.strings.unicode_transcode(strings, "UTF-8", "UTF-8", errors="replace")


def _from(strings: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
    """Returns the rest of each string from a position, in bytes."""
    sizes = tf.strings.length(strings)
    return tf.strings.substr(strings, tf.minimum(places, sizes), sizes)


def _ends_with_space(strings: tf.Tensor) -> tf.Tensor:
    """Whether the last character is white space, which has at most three bytes."""
    return tf.strings.regex_full_match(_from(strings, tf.maximum(tf.strings.length(strings) - 3, 0)), _ENDS_WITH_SPACE)
