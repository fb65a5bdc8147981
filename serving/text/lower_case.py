"""Lower case as TensorFlow writes it, whichever Unicode this Python has."""

import functools

from ...layers.plain.text.bert_characters import LATER_LOWER_CASE
from ...layers.plain.text.unicode_classes import members
from .tensorflow_classes import CASE_IGNORABLE, CASED

_SIGMA = "Σ"


def lower_case(text: str) -> str:
    """The text in lower case, by the rules of Unicode 13, as of `tf.strings.lower(encoding="utf-8")`.

    A capital sigma at the end of a word becomes ς: after a letter with a case and before none, where marks and
    apostrophes between are looked over. The Unicode Standard, version 13, section 3.13.

    Example:
        >>> lower_case("ΟΔΟΣ, ÉΣ'Α")
        'οδος, éσ'α'
    """
    # Python's own lower case differs in characters that came after Unicode 13: those stay as they are.
    lowered = [character if ord(character) in LATER_LOWER_CASE else character.lower() for character in text]
    for place, character in enumerate(text):
        if character == _SIGMA:
            ends = _meets_cased(text, place, -1) and not _meets_cased(text, place, 1)
            lowered[place] = "ς" if ends else "σ"
    return "".join(lowered)


def _meets_cased(text: str, place: int, step: int) -> bool:
    """Whether the next character that is not looked over is a letter with a case."""
    cased, ignorable = _classes()
    place += step
    while 0 <= place < len(text) and ignorable[ord(text[place])]:
        place += step
    return 0 <= place < len(text) and bool(cased[ord(text[place])])


@functools.cache
def _classes():
    return members(CASED), members(CASE_IGNORABLE)
