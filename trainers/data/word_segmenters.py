"""Segmentation of Chinese text, which has no spaces, into words."""

import importlib
import importlib.metadata
import logging
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from ...layers.plain.errors import UserError

Segmenter = Callable[[str], Iterable[str]]
"""A text of Chinese characters -> its words, whose concatenation is the text."""


def word_segmenter(name: str) -> tuple[Segmenter, str]:
    """Returns the segmenter of a name, and that name with its version, which determines its results.

    Args:
        name: "characters", where each character is a word, or "jieba" (https://github.com/fxsjy/jieba).

    Raises:
        UserError: the library is not installed.

    Example:
        >>> word_segmenter("characters")[0]("猫坐")
        ['猫', '坐']
    """
    if name == "characters":
        return list, name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # from its own imports
            jieba: Any = importlib.import_module("jieba")
    except ImportError:
        raise UserError(
            "objective.segmenter jieba is not installed: pip install 'langzoo[chinese]', or use characters"
        ) from None
    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    # Its own `initialize` reads a cache in the folder for temporary files, which anyone may have written.
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter.lcut, f"jieba {importlib.metadata.version('jieba')}"
