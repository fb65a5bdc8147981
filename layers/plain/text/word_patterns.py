r"""The definition of words and of the spaces between them, as patterns of RE2. Needs no TensorFlow.

TensorFlow's operations take them unchanged; elsewhere the classes `\p{...}` and `\x{...}` must be expanded.
"""

import re
import reprlib
from typing import Any

from ..errors import UserError
from .special_tokens import END_TOKEN, UNKNOWN_TOKEN
from .vocabulary import Vocabulary

SPLITS = ("whitespace", "punctuation")

NEW_LINE = r"\r?\n"

WHITE_SPACE = r"\x00\x09-\x0d\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
"""White space of Python's str.split, and NUL, at which tf.strings.lower would cut the text off."""

CJK_CHARACTER = r"(?:[\p{Han}\p{Hiragana}\p{Katakana}\x{30fc}\x{ff70}]\p{M}*)"
"""Han, Hiragana, Katakana, and the two marks of a long vowel, which belong to no script."""

# A soft hyphen and the two (non-)joiners are parts of words in Persian and the languages of India.
_LETTER = r"[\p{L}\p{M}\p{N}_\x{ad}\x{200c}\x{200d}]"
TOKEN = "|".join(
    [
        UNKNOWN_TOKEN,
        END_TOKEN,
        rf"{_LETTER}*\p{{Nd}}(?:[.,:]\p{{Nd}}+)+{_LETTER}*",  # 3.14  1,000  10:30  v2.21
        rf"{_LETTER}+(?:['’]{_LETTER}+)*",  # words  don't
        r"[\x{1f1e6}-\x{1f1ff}]{2}",  # a flag is two regional indicators
        # One sign, with the marks, skin tones and joined signs that form one emoji with it.
        r"[^ ](?:\p{M}|[\x{1f3fb}-\x{1f3ff}]|\x{200d}[^ \p{L}\p{N}])*",
    ]
)
"""A word of text whose Han characters are already separated."""

# The rules of a word for the space on either side of it, as bits.
OPENS = 1  # none after it
CLOSES = 2  # none before it
CJK = 4  # none between two of these
BESIDE_CJK = 8  # none between this and CJK
CURRENCY = 16  # none between this ...
NUMBER = 32  # ... and this
RUN = 64  # none between two of these

SPACING_RULES = {
    OPENS | CLOSES: r"[\x{3001}-\x{3004}\x{3008}-\x{3020}\x{3030}"  # CJK punctuation is as wide as a space already
    r"\x{ff01}-\x{ff0f}\x{ff1a}-\x{ff20}\x{ff3b}-\x{ff40}\x{ff5b}-\x{ff65}]",
    OPENS: r"[(\[{“‘«‹¿¡]",
    CLOSES: r"[,.;:!?)\]}%‰°…”’»›]",
    CJK: f"{CJK_CHARACTER}+",
    BESIDE_CJK: r"[“”‘’—…·%]|\p{Nd}[\p{Nd}.,:]*",
    CURRENCY: r"\p{Sc}",
    NUMBER: r"\p{Nd}.*",
    RUN: r"[-—…]",
}
"""Bits -> a pattern of the words that have them."""


def check_word_options(lowercase: Any, split: Any) -> None:
    """Raises ValueError for invalid options of a word tokenizer."""
    if not isinstance(lowercase, bool):
        raise ValueError(f"lowercase must be True or False, got {lowercase!r}")
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")


def check_word_vocabulary(vocabulary: Vocabulary) -> None:
    """Raises UserError for a vocabulary without `<unk>` or `<eos>`, or with a word that contains white space."""
    for special in (UNKNOWN_TOKEN, END_TOKEN):
        if special not in vocabulary:
            raise UserError(f"the word vocabulary does not hold {special}: add it")
    for word in vocabulary:
        if re.search(r"[\s\0]", word):
            raise UserError(f"the word vocabulary holds {reprlib.repr(word)}, with white space in it: remove it")
