"""BERT's text normalization, character by character. Needs no TensorFlow."""

import unicodedata

CHINESE = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0), (0x2A700, 0x2B820))
CHINESE += ((0x2B920, 0x2CEB0), (0x2F800, 0x2FA20))
"""Blocks of Chinese characters, each of which is a word for BERT: the first, and the one after the last."""


def is_chinese(text: str) -> bool:
    """Whether a text is one or more Chinese characters.

    Example:
        >>> [is_chinese(text) for text in ("猫", "cat", "")]
        [True, False, False]
    """
    return bool(text) and all(any(first <= ord(one) < end for first, end in CHINESE) for one in text)


# Upper case of Unicode 14 to 17, which not every Python knows: first, last, offset of the lower case.
_NEW_UPPER_CASE = [
    (0x1C89, 0x1C89, 1),
    (0x2C2F, 0x2C2F, 0x30),
    *((point, point, 1) for point in (0xA7C0, 0xA7CC, 0xA7CE, 0xA7D0, 0xA7D2, 0xA7D4, 0xA7D6, 0xA7D8, 0xA7DA)),
    (0xA7CB, 0xA7CB, 0x264 - 0xA7CB),
    (0xA7DC, 0xA7DC, 0x19B - 0xA7DC),
    *((first, last, 0x27) for first, last in ((0x10570, 0x1057A), (0x1057C, 0x1058A), (0x1058C, 0x10592))),
    (0x10594, 0x10595, 0x27),
    (0x10D50, 0x10D65, 0x20),
    (0x16EA0, 0x16EB8, 0x1B),
]
_DECOMPOSED_LATER = {0x11938}  # since Unicode 13: not decomposed by the reference


LATER_LOWER_CASE = {point: point + add for first, last, add in _NEW_UPPER_CASE for point in range(first, last + 1)}
"""Code point -> its lower case, for characters added after Unicode 13, the version of Python 3.10."""


def folded_character(point: int, *, lowercase: bool, decompose: bool) -> str:
    """Returns the replacement of a character.

    Args:
        point: the code point.
        lowercase: whether to convert it to lower case.
        decompose: whether to separate letters and marks (NFD).

    Example:
        >>> [hex(ord(character)) for character in folded_character(ord("É"), lowercase=True, decompose=True)]
        ['0x65', '0x301']
    """
    characters = chr(point)
    if decompose and point not in _DECOMPOSED_LATER:
        characters = unicodedata.normalize("NFD", characters)
    if lowercase:
        characters = "".join(
            chr(LATER_LOWER_CASE[ord(one)]) if ord(one) in LATER_LOWER_CASE else one.lower() for one in characters
        )
    return characters
