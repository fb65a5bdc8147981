"""Splitting and joining words without TensorFlow, by the rules of `layers.plain.text.word_patterns`."""

import functools
import re

from ...layers.plain.text.special_tokens import END_TOKEN
from ...layers.plain.text.word_patterns import (
    BESIDE_CJK,
    CJK,
    CJK_CHARACTER,
    CLOSES,
    CURRENCY,
    NEW_LINE,
    NUMBER,
    OPENS,
    RUN,
    SPACING_RULES,
    TOKEN,
    WHITE_SPACE,
)
from .lower_case import lower_case
from .re2_pattern import re2_pattern


def split_plain_words(text: str, *, split: str, lowercase: bool) -> list[str]:
    """Splits text like `layers.text.split_words`.

    Example:
        >>> split_plain_words("I don't, 我爱你！", split="punctuation", lowercase=True)
        ['i', "don't", ',', '我', '爱', '你', '！']
    """
    text = _compiled(NEW_LINE).sub(f" {END_TOKEN} ", text)
    text = _compiled(f"[{WHITE_SPACE}]+").sub(" ", text)
    if lowercase:
        text = lower_case(text)
    if split == "punctuation":
        text = _compiled(CJK_CHARACTER).sub(r" \g<0> ", text)
        text = _compiled(TOKEN).sub(r"\g<0> ", text)
    return [word for word in text.split(" ") if word]


def word_sources(text: str, *, lowercase: bool) -> list[int]:
    r"""Returns the position in the text of each character of its words, concatenated.

    Words are the characters of a text in order, without white space, and with the end token in place of a new line.

    Example:
        >>> word_sources("a \u0130\n", lowercase=True)
        [0, 2, 2, 3, 3, 3, 3, 3]
    """
    sources, space = [], _compiled(f"[{WHITE_SPACE}]")
    for place, character in enumerate(text):
        written = END_TOKEN if character == "\n" else "" if space.fullmatch(character) else character
        written = lower_case(written) if lowercase else written
        sources += [place] * len(written)
    return sources


def spacing_rules(word: str, *, split: str) -> int:
    """Returns a word's rules for the spaces around it, like `layers.text.join_words.spacing_rules`."""
    rules = OPENS | CLOSES if word == END_TOKEN else 0
    if split == "punctuation":
        for bits, pattern in SPACING_RULES.items():
            rules |= bits if _compiled(pattern).fullmatch(word) else 0
    return rules


def is_glued(left: int, right: int) -> bool:
    """Whether there is no space between words with these rules."""
    return bool(
        left & OPENS
        or right & CLOSES
        or (left & CJK and right & (CJK | BESIDE_CJK))
        or (left & (CJK | BESIDE_CJK) and right & CJK)
        or (left & CURRENCY and right & NUMBER)
        or (left & RUN and right & RUN)
    )


@functools.cache
def _compiled(pattern: str) -> re.Pattern:
    return re.compile(re2_pattern(pattern))
