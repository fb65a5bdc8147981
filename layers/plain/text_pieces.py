"""A text in pieces that never have to be taken back."""

from .stop_strings import StopStrings


class TextPieces:
    """Hands out a growing text: what may still change, or may turn out to begin a stop string, is held back.

    Joined, all pieces are the text of the end.

    Args:
        stops: strings before which the text ends.

    Example:
        >>> pieces = TextPieces(StopStrings(texts=("END",)))
        >>> pieces.add("one \ufffd"), pieces.add("one 猫 E"), pieces.finish("one 猫 Earth")
        ('one ', '猫 ', 'Earth')
    """

    def __init__(self, stops: StopStrings):
        self._stops, self._given = stops, ""

    def add(self, text: str) -> str:
        """What is new and certain of the text so far; "" for nothing."""
        kept = self._stops.cut(text)
        if kept == text:
            kept = text.rstrip("\ufffd")  # bytes of a character that is not complete, perhaps
            kept = kept[: len(kept) - self._stops.held(kept)]
        return self._new(kept)

    def stopped(self, text: str) -> bool:
        """Whether a stop string is in the text."""
        return self._stops.cut(text) != text

    def finish(self, text: str) -> str:
        """What is left of the whole text, that of the end."""
        return self._new(text)

    def _new(self, text: str) -> str:
        if not text.startswith(self._given):
            return ""
        piece, self._given = text[len(self._given) :], text
        return piece
