"""The text that new tokens add to a prompt."""

import tensorflow as tf

from ..plain.text.word_patterns import WHITE_SPACE
from .tokenizer import Tokenizer

_ENDS_WITH_SPACE = rf"(?s)\C*[{WHITE_SPACE}]"


def continuation(tokenizer: Tokenizer, texts: tf.Tensor, token_ids: tf.RaggedTensor, new_ids: tf.RaggedTensor):
    """What follows the last character of each text, so that both can be put side by side.

    It is what `detokenize` makes of all tokens, without what it makes of those of the text: tokens bring along or leave
    out a space by what stands before them. Where a tokenizer that joins words (`Tokenizer.joins_words`) has dropped
    white space at the end of the text, that stands for the space that would come now. Bytes that are no UTF-8 become
    U+FFFD as in Python's `bytes.decode(errors="replace")`: a character that is cut off, for instance.

    Args:
        tokenizer: of the tokens.
        texts: strings (B,).
        token_ids: ragged (B, None), those of the texts; special ones may be among them.
        new_ids: ragged (B, None), those that follow.

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
    r"""Strings with U+FFFD for bytes that are no UTF-8, as many as Python's `bytes.decode(errors="replace")` writes.

    Example:
        >>> valid_utf8(tf.constant([b"a\xe7\x8c"])).numpy()[0].decode()
        'a\ufffd'
    """
    return tf.strings.unicode_transcode(strings, "UTF-8", "UTF-8", errors="replace")


def _from(strings: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
    """What stands from a place on, in bytes."""
    sizes = tf.strings.length(strings)
    return tf.strings.substr(strings, tf.minimum(places, sizes), sizes)


def _ends_with_space(strings: tf.Tensor) -> tf.Tensor:
    """Whether the last character is white space, which has three bytes at most."""
    return tf.strings.regex_full_match(_from(strings, tf.maximum(tf.strings.length(strings) - 3, 0)), _ENDS_WITH_SPACE)
