"""Emitting a growing text in pieces."""

from .stop_strings import StopStrings


class TextPieces:
    """Emits a growing text in pieces; text that may still change, or may begin a stop string, is held back.

    All pieces together are the final text.

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
        """Returns the new final part of the text so far; "" if there is none."""
        kept = self._stops.cut(text)
        if kept == text:
            kept = text.rstrip("\ufffd")  # bytes of a character that is not complete, perhaps
            kept = kept[: len(kept) - self._stops.held(kept)]
        return self._new(kept)

    def stopped(self, text: str) -> bool:
        """Whether a stop string is in the text."""
        return self._stops.cut(text) != text

    def finish(self, text: str) -> str:
        """Returns the rest of the final text."""
        return self._new(text)

    def _new(self, text: str) -> str:
        if not text.startswith(self._given):
            return ""
        piece, self._given = text[len(self._given) :], text
        return piece
