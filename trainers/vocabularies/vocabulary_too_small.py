"""The error for a vocabulary that is too small for the characters of its text."""

from ...layers.plain.errors import UserError


class VocabularyTooSmall(UserError):
    """Raised if the vocabulary size is too small for the text.

    Args:
        size: the requested vocabulary size.
        needed: the number of tokens needed for the characters of the text.
        mend: another fix.

    Example:
        >>> str(VocabularyTooSmall(6, needed=13, mend="lower character_coverage"))
        'size 6 is too small for the characters of the text: use 13 or more, or lower character_coverage'
    """

    def __init__(self, size: int, *, needed: int, mend: str):
        self.size, self.needed, self.mend = size, needed, mend
        super().__init__(f"size {size} is too small for the characters of the text: use {needed} or more, or {mend}")
