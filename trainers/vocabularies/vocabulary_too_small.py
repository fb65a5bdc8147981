"""A vocabulary that has no room for the characters of its text."""

from ...layers.plain.errors import UserError


class VocabularyTooSmall(UserError):
    """Says how many tokens there must be.

    Args:
        size: the tokens that were asked for.
        needed: the tokens that the characters of the text need.
        mend: what else may be done.

    Example:
        >>> str(VocabularyTooSmall(6, needed=13, mend="lower character_coverage"))
        'size 6 is too small for the characters of the text: take 13 or more, or lower character_coverage'
    """

    def __init__(self, size: int, *, needed: int, mend: str):
        self.size, self.needed, self.mend = size, needed, mend
        super().__init__(f"size {size} is too small for the characters of the text: take {needed} or more, or {mend}")
