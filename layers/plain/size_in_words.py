"""Formatting sizes in bytes."""


def size_in_words(num_bytes: float) -> str:
    """Formats bytes with units of powers of 1,000.

    Example:
        >>> size_in_words(293_280), size_in_words(12)
        ('293.3 kB', '12 B')
    """
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if num_bytes < 999.95 or unit == "TB":
            break
        num_bytes /= 1000
    return f"{num_bytes:.0f} B" if unit == "B" else f"{num_bytes:.1f} {unit}"
