"""Conversion of RE2 patterns, TensorFlow's regular expressions, to Python's."""

import itertools
import re

from .tensorflow_classes import RE2

_PARTS = re.compile(r"\\p\{(?P<name>\w+)\}|\\x\{(?P<point>[0-9a-f]+)\}|\\.|[\[\]]")


def re2_pattern(pattern: str) -> str:
    r"""Returns the same pattern for Python's `re`, which supports neither `\p{...}` nor `\x{...}`.

    Args:
        pattern: a pattern that is otherwise valid in both; without nested classes or negated general categories.

    Example:
        >>> re.findall(re2_pattern(r"[\p{Han}\x{3040}-\x{30ff}]|\p{Nd}+"), "猫の no. 12")
        ['猫', 'の', '12']
    """
    inside = False

    def written(part: re.Match) -> str:
        nonlocal inside
        if part["name"]:
            ranges = class_ranges(RE2[part["name"]])
            return ranges if inside else f"[{ranges}]"
        if part["point"]:
            return _written(int(part["point"], 16))
        if part[0] in "[]":
            inside = part[0] == "["
        return part[0]

    return _PARTS.sub(written, pattern)


def class_ranges(runs: str) -> str:
    r"""Returns a class of characters as written between the brackets of a pattern.

    Args:
        runs: lengths of runs, as in `layers.text.unicode_classes`.

    Example:
        >>> class_ranges("41 2 1 1")
        '\\U00000041-\\U00000042\\U00000044-\\U00000044'
    """
    lengths = [int(length, 16) for length in runs.split()]
    limits = list(itertools.accumulate(lengths))
    pairs = zip(limits[::2], limits[1::2], strict=True)
    return "".join(f"{_written(first)}-{_written(limit - 1)}" for first, limit in pairs)


def _written(point: int) -> str:
    return f"\\U{point:08x}"
