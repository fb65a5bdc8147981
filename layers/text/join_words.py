"""Words put together again, with spaces where a reader expects them."""

import tensorflow as tf

from .special_tokens import END_TOKEN
from .split_words import CJK_CHARACTER

# What a word says about the space on either side of it, as bits.
_OPENS = 1  # none after it
_CLOSES = 2  # none before it
_CJK = 4  # none between two of these
_BESIDE_CJK = 8  # none between this and CJK
_CURRENCY = 16  # none between this ...
_NUMBER = 32  # ... and this
_RUN = 64  # none between two of these

_RULES = {
    _OPENS | _CLOSES: r"[\x{3001}-\x{3004}\x{3008}-\x{3020}\x{3030}"  # CJK punctuation is as wide as a space already
    r"\x{ff01}-\x{ff0f}\x{ff1a}-\x{ff20}\x{ff3b}-\x{ff40}\x{ff5b}-\x{ff65}]",
    _OPENS: r"[(\[{“‘«‹¿¡]",
    _CLOSES: r"[,.;:!?)\]}%‰°…”’»›]",
    _CJK: f"{CJK_CHARACTER}+",
    _BESIDE_CJK: r"[“”‘’—…·%]|\p{Nd}[\p{Nd}.,:]*",
    _CURRENCY: r"\p{Sc}",
    _NUMBER: r"\p{Nd}.*",
    _RUN: r"[-—…]",
}


def spacing_rules(words: tf.Tensor, *, split: str) -> tf.Tensor:
    """What each word of a vocabulary says about the spaces beside it, for `join_words`.

    Args:
        words: strings (V,).
        split: how the words were split; after `"whitespace"` all words but `<eos>` have spaces beside them.

    Returns:
        int32 (V,), sums of this module's bits.
    """
    rules = tf.where(words == END_TOKEN, _OPENS | _CLOSES, 0)
    if split == "punctuation":
        for bits, pattern in _RULES.items():
            rules = tf.bitwise.bitwise_or(rules, tf.where(tf.strings.regex_full_match(words, pattern), bits, 0))
    return rules


def join_words(words: tf.RaggedTensor, rules: tf.Tensor) -> tf.Tensor:
    """Joins each row's words, with a space between two of them unless the rules of either say none.

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
        | _has(left, _OPENS)
        | _has(right, _CLOSES)
        | (_has(left, _CJK) & _has(right, _CJK | _BESIDE_CJK))
        | (_has(left, _CJK | _BESIDE_CJK) & _has(right, _CJK))
        | (_has(left, _CURRENCY) & _has(right, _NUMBER))
        | (_has(left, _RUN) & _has(right, _RUN))
    )
    # The first word of all has no left neighbour; of no words at all, `[:1]` takes none.
    spaces = tf.concat([tf.fill(tf.shape(rules[:1]), ""), tf.where(glued, "", " ")], axis=0)  # (N,)
    return tf.strings.reduce_join(words.with_flat_values(spaces + words.flat_values), axis=-1)


def _has(rules: tf.Tensor, bits: int) -> tf.Tensor:
    return tf.bitwise.bitwise_and(rules, bits) > 0
