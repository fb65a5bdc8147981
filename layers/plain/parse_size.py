"""Parsing sizes such as "500MB". Needs no TensorFlow."""

import re

UNITS = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def parse_size(text: str) -> int:
    """Returns the bytes of a size such as "500MB".

    Raises:
        ValueError: it is not a size.

    Example:
        >>> parse_size("500MB"), parse_size("1.5 GB")
        (500000000, 1500000000)
    """
    found = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{1,15})?)\s*([kKMGT]?B)\s*", text, flags=re.ASCII)
    if found is None:
        raise ValueError(f"must be a size such as 500MB or 4GB, not {text[:40]!r}")
    return int(float(found[1]) * UNITS[found[2]])
