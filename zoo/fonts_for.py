"""Fonts of this machine that cover the characters of a text."""

import contextlib
import os
from functools import lru_cache

DEFAULT_FAMILY = "DejaVu Sans"  # comes with matplotlib; Latin, Greek, Cyrillic, Arabic, symbols, no Chinese
PLACEHOLDERS = "Last Resort"  # comes with matplotlib and has a frame for every character, but no character
# Tried first, so that a text is not drawn in a display font whose name happens to sort first.
PREFERRED = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "Microsoft YaHei",
    "SimHei",
    "Noto Sans CJK JP",
    "Arial Unicode MS",
    "Unifont",
)


def fonts_for(text: str) -> tuple[list[str], str]:
    """Finds font families for a text, in the order of fallback, and the characters that none of them has.

    Args:
        text: the whole text to draw.

    Returns:
        The names of the families, for matplotlib's `fontfamily=`, and the characters without a glyph, each once.

    Example:
        >>> fonts_for("naïve")
        (['DejaVu Sans'], '')
    """
    from matplotlib import font_manager

    families = [DEFAULT_FAMILY]
    missing = {ord(character) for character in text if not character.isspace()} - _default_glyphs()
    if missing:
        missing = _add_families(families, missing, font_manager.fontManager.ttflist)
    if missing:  # matplotlib caches its list in a file, and does not see fonts installed since
        missing = _add_families(families, missing, _new_entries(missing))
    return families, "".join(sorted(map(chr, missing)))


def _add_families(families: list[str], missing: set[int], entries) -> set[int]:
    """Appends the families that have some of the characters; returns those that none of them has."""
    rank = {name: place for place, name in enumerate(PREFERRED)}
    for entry in sorted(filter(_upright, entries), key=lambda entry: (rank.get(entry.name, len(rank)), entry.name)):
        found = missing & _glyphs(entry.fname)
        if found and entry.name not in families:
            families.append(entry.name)
            missing = missing - found
        if not missing:
            break
    return missing


def _new_entries(wanted: set[int]) -> list:
    """Registers with matplotlib the font files missing from its list that have wanted characters."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    known = {os.path.realpath(entry.fname) for entry in manager.ttflist}
    count = len(manager.ttflist)
    for path in sorted(font_manager.findSystemFonts()):
        if os.path.realpath(path) not in known and wanted & _glyphs(path):
            with contextlib.suppress(OSError, RuntimeError, ValueError, KeyError):  # a font that it cannot read
                manager.addfont(path)
    return manager.ttflist[count:]


def _upright(entry) -> bool:
    """Whether matplotlib chooses this font for the family by default."""
    if entry.name.startswith(PLACEHOLDERS):
        return False
    return entry.style == "normal" and entry.variant == "normal" and entry.weight in (400, "normal", "regular")


def _default_glyphs() -> frozenset[int]:
    from matplotlib import font_manager

    return _glyphs(font_manager.findfont(DEFAULT_FAMILY))


@lru_cache(maxsize=4096)
def _glyphs(path: str) -> frozenset[int]:
    """The characters of a font file; none if it is damaged or was removed since matplotlib made its list."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()
