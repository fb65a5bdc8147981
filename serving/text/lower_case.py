"""Lower case as in TensorFlow, independent of this Python's version of Unicode."""

import functools

from ...layers.plain.text.bert_characters import LATER_LOWER_CASE
from ...layers.plain.text.unicode_classes import members
from .tensorflow_classes import CASE_IGNORABLE, CASED

_SIGMA = "Σ"


def lower_case(text: str) -> str:
    """Converts text to lower case by the rules of Unicode 13, like `tf.strings.lower(encoding="utf-8")`.

    A capital sigma at the end of a word, i.e. after a cased letter and not before one, becomes ς; marks and
    apostrophes between them are ignored. The Unicode Standard, version 13, section 3.13.

    Example:
        >>> lower_case("ΟΔΟΣ, ÉΣ'Α")
        'οδος, éσ'α'
    """
    # Python's own lower case differs for characters added after Unicode 13: those are left unchanged.
    lowered = [character if ord(character) in LATER_LOWER_CASE else character.lower() for character in text]
    for place, character in enumerate(text):
        if character == _SIGMA:
            ends = _meets_cased(text, place, -1) and not _meets_cased(text, place, 1)
            lowered[place] = "ς" if ends else "σ"
    return "".join(lowered)


def _meets_cased(text: str, place: int, step: int) -> bool:
    """Whether the next character that is not ignored is a cased letter."""
    cased, ignorable = _classes()
    place += step
    while 0 <= place < len(text) and ignorable[ord(text[place])]:
        place += step
    return 0 <= place < len(text) and bool(cased[ord(text[place])])


@functools.cache
def _classes():
    return members(CASED), members(CASE_IGNORABLE)
