"""Where words end, in the graph."""

import tensorflow as tf

from .special_tokens import END_TOKEN, UNKNOWN_TOKEN

SPLITS = ("whitespace", "punctuation")

# The characters that Python's str.split takes for white space, and NUL, where tf.strings.lower would cut the text off.
WHITE_SPACE = r"\x00\x09-\x0d\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"

# Han, Hiragana, Katakana, and the two marks of a long vowel, which belong to no script.
CJK_CHARACTER = r"(?:[\p{Han}\p{Hiragana}\p{Katakana}\x{30fc}\x{ff70}]\p{M}*)"

# A soft hyphen and the two (non-)joiners are parts of words in Persian and the languages of India.
_LETTER = r"[\p{L}\p{M}\p{N}_\x{ad}\x{200c}\x{200d}]"
_TOKEN = "|".join(
    [
        UNKNOWN_TOKEN,
        END_TOKEN,
        rf"{_LETTER}*\p{{Nd}}(?:[.,:]\p{{Nd}}+)+{_LETTER}*",  # 3.14  1,000  10:30  v2.21
        rf"{_LETTER}+(?:['’]{_LETTER}+)*",  # words  don't
        r"[\x{1f1e6}-\x{1f1ff}]{2}",  # a flag is two regional indicators
        # One sign, with the marks, skin tones and joined signs that make one emoji of it.
        r"[^ ](?:\p{M}|[\x{1f3fb}-\x{1f3ff}]|\x{200d}[^ \p{L}\p{N}])*",
    ]
)


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
    text = tf.strings.regex_replace(text, r"\r?\n", f" {END_TOKEN} ")
    text = tf.strings.regex_replace(text, f"[{WHITE_SPACE}]+", " ")
    if lowercase:
        text = tf.strings.lower(text, encoding="utf-8")
    if split == "punctuation":
        # First Han apart, which RE2 cannot take out of \p{L}; then a space behind every token.
        text = tf.strings.regex_replace(text, f"({CJK_CHARACTER})", r" \1 ")
        text = tf.strings.regex_replace(text, f"({_TOKEN})", r"\1 ")
    return tf.strings.split(text)
