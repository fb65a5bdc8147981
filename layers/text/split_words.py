"""Splitting text into words in the graph."""

import tensorflow as tf

from ..plain.text.special_tokens import END_TOKEN
from ..plain.text.word_patterns import CJK_CHARACTER, NEW_LINE, SPLITS, TOKEN, WHITE_SPACE
from .lower_case import lower_case


def split_words(text: tf.Tensor, *, split: str, lowercase: bool) -> tf.RaggedTensor:
    r"""Splits strings into words; the only definition of words, for tokenizers and for their training.

    In both modes a newline (`\n` or `\r\n`) becomes the word `<eos>`, other white space (as of `str.isspace`, and NUL)
    only separates words, and bytes that are not UTF-8 are read as U+FFFD.

    Args:
        text: strings (B,).
        split: `"whitespace"`: words are separated by white space. `"punctuation"`: numbers, words (with the apostrophes
            inside them) and all other signs are separate; each Han or Kana character is a word; `<unk>` and `<eos>` are
            found everywhere. Scripts with neither spaces nor Han (Thai, Khmer) are not split.
        lowercase: whether to convert text to lower case first, by Unicode's rules.

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
        text = lower_case(text)
    if split == "punctuation":
        # First separate Han, which RE2 cannot exclude from \p{L}; then a space after every token.
        text = tf.strings.regex_replace(text, f"({CJK_CHARACTER})", r" \1 ")
        text = tf.strings.regex_replace(text, f"({TOKEN})", r"\1 ")
    return tf.strings.split(text)
