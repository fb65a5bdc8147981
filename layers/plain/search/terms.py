"""The terms of a text, for counting. Needs no TensorFlow."""

import re
import unicodedata
from collections.abc import Iterable

from ..text.bert_characters import CHINESE

KANA = (0x3040, 0x3100)
LOOKED_AT = 1_000_000  # characters by which to decide whether texts are written without spaces
_UNSPACED = "".join(f"{chr(first)}-{chr(stop - 1)}" for first, stop in (*CHINESE, KANA))
_RUNS = re.compile(rf"[{_UNSPACED}]+|[^\W{_UNSPACED}]+")
_CHARACTERS = re.compile(rf"[{_UNSPACED}]")


def search_terms(text: str) -> list[str]:
    """Returns the search terms of a text: its words; for scripts without spaces, its characters and pairs of them.

    Case and compatibility forms are ignored.

    Example:
        >>> search_terms("The CAT, 猫咪!")
        ['the', 'cat', '猫', '咪', '猫咪']
    """
    found: list[str] = []
    for run in _RUNS.findall(_folded(text)):
        if _CHARACTERS.match(run):
            found += [*run, *(run[place : place + 2] for place in range(len(run) - 1))]
        else:
            found.append(run)
    return found


def words(text: str) -> list[str]:
    """Returns the words of a text, in lower case.

    Example:
        >>> words("It's the CAT.")
        ['it', 's', 'the', 'cat']
    """
    return re.findall(r"\w+", _folded(text))


def characters(text: str) -> list[str]:
    """Returns the characters of a text except spaces, in lower case.

    Example:
        >>> characters("好 A!")
        ['好', 'a', '!']
    """
    return [character for character in _folded(text) if not character.isspace()]


def are_unspaced(texts: Iterable[str]) -> bool:
    """Whether most letters of texts are of a script without spaces, such as Chinese, judging by the beginning.

    Example:
        >>> are_unspaced(["这部电影很好", "ok"]), are_unspaced(["a cat, 猫"])
        (True, False)
    """
    unspaced = letters = looked_at = 0
    for text in texts:
        unspaced += len(_CHARACTERS.findall(text))
        letters += sum(map(str.isalpha, text))
        looked_at += len(text)
        if looked_at > LOOKED_AT:
            break
    return 2 * unspaced > letters


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
