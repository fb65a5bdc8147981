"""Word splitting in the graph."""

import tensorflow as tf

from ..plain.text.special_tokens import END_TOKEN
from ..plain.text.word_patterns import CJK_CHARACTER, NEW_LINE, SPLITS, TOKEN, WHITE_SPACE


def split_words(text: tf.Tensor, *, split: str, lowercase: bool) -> tf.RaggedTensor:
    r"""Cuts strings into words; the one place that says what a word is, for tokenizers and for their training.

    In both ways a newline (`\n` or `\r\n`) becomes the word `<eos>`, other white space (all that `str.isspace` knows,
    and NUL) only separates, and bytes that are not UTF-8 are read as U+FFFD.

    Args:
        text: strings (B,).
        split: `"whitespace"`: words are what white space separates. `"punctuation"`: numbers, words (with the
            apostrophes inside them) and every other sign apart; each Han or Kana character is a word; `<unk>` and
            `<eos>` are found wherever they stand. What is written with neither spaces nor Han (Thai, Khmer) is not cut.
        lowercase: lower the case first, by Unicode's rules.

    Returns:
        Words, ragged (B, None).

    Raises:
        ValueError: unknown `split`.

    Example:
        >>> words = split_words(tf.constant(["I don't, 我爱你！\n"]), split="punctuation", lowercase=True)
        >>> [word.decode() for word in words[0].numpy()]
        ['i', "don't", ',', '我', '爱', '你', '！', '<eos>']
    """
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")
    text = tf.strings.unicode_transcode(text, "UTF-8", "UTF-8", errors="replace")
    text = tf.strings.regex_replace(text, NEW_LINE, f" {END_TOKEN} ")
    text = tf.strings.regex_replace(text, f"[{WHITE_SPACE}]+", " ")
    if lowercase:
        text = tf.strings.lower(text, encoding="utf-8")
    if split == "punctuation":
        # First Han apart, which RE2 cannot take out of \p{L}; then a space after every token.
        text = tf.strings.regex_replace(text, f"({CJK_CHARACTER})", r" \1 ")
        text = tf.strings.regex_replace(text, f"({TOKEN})", r"\1 ")
    return tf.strings.split(text)
