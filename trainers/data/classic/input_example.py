"""An example of the original BERT repository."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InputExample:
    """A text, or a pair of texts, with its label.

    Attributes:
        guid: a name of the example.
        text_a: the text.
        text_b: the second text, or None.
        label: its label, or None.
    """

    guid: str
    text_a: str
    text_b: str | None = None
    label: str | None = None
