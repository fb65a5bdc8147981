"""Joining words to text with natural spacing."""

import tensorflow as tf

from ..plain.text.special_tokens import END_TOKEN
from ..plain.text.word_patterns import BESIDE_CJK, CJK, CLOSES, CURRENCY, NUMBER, OPENS, RUN, SPACING_RULES


def spacing_rules(words: tf.Tensor, *, split: str) -> tf.Tensor:
    """Returns the rules of each word of a vocabulary for the spaces around it, for `join_words`.

    Args:
        words: strings (V,).
        split: how the words were split; after `"whitespace"` all words except `<eos>` have spaces around them.

    Returns:
        int32 (V,), sums of the bits of `word_patterns`.
    """
    rules = tf.where(words == END_TOKEN, OPENS | CLOSES, 0)
    if split == "punctuation":
        for bits, pattern in SPACING_RULES.items():
            rules = tf.bitwise.bitwise_or(rules, tf.where(tf.strings.regex_full_match(words, pattern), bits, 0))
    return rules


def join_words(words: tf.RaggedTensor, rules: tf.Tensor) -> tf.Tensor:
    """Joins each row's words, with a space between two of them unless the rules of either forbid it.

    Args:
        words: strings, ragged (B, None).
        rules: int32 (N,), the `spacing_rules` of `words.flat_values`.

    Returns:
        Strings (B,).

    Example:
        >>> words = tf.ragged.constant([["Hi", ",", "(", "you", ")", "!"], ["我", "用", "Python", "。"]])
        >>> rules = spacing_rules(words.flat_values, split="punctuation")
        >>> [text.decode() for text in join_words(words, rules).numpy()]
        ['Hi, (you)!', '我用 Python。']
    """
    left, right = rules[:-1], rules[1:]  # (N - 1,)
    row = words.value_rowids()  # (N,)
    glued = (
        (row[:-1] != row[1:])
        | _has(left, OPENS)
        | _has(right, CLOSES)
        | (_has(left, CJK) & _has(right, CJK | BESIDE_CJK))
        | (_has(left, CJK | BESIDE_CJK) & _has(right, CJK))
        | (_has(left, CURRENCY) & _has(right, NUMBER))
        | (_has(left, RUN) & _has(right, RUN))
    )
    # The first word has no left neighbour; if there are no words, `[:1]` is empty.
    spaces = tf.concat([tf.fill(tf.shape(rules[:1]), ""), tf.where(glued, "", " ")], axis=0)  # (N,)
    return tf.strings.reduce_join(words.with_flat_values(spaces + words.flat_values), axis=-1)


def _has(rules: tf.Tensor, bits: int) -> tf.Tensor:
    return tf.bitwise.bitwise_and(rules, bits) > 0
