"""The words that tokens represent."""

from collections.abc import Callable, Sequence
from typing import Any

CONTINUATION = "##"


class TokenWords:
    """The tokens of a model by name, and the text of each.

    Args:
        names: Names of all tokens, by id.
        mask_id: Id of the mask token; None if there is none.
        decode: Function of an id that returns its text, in UTF-8.
    """

    def __init__(self, names: Sequence[str], *, mask_id: int | None, decode: Callable[[int], bytes]):
        self._ids = {name: token_id for token_id, name in enumerate(names)}
        self._decode = decode
        self.mask = None if mask_id is None else names[mask_id]

    @classmethod
    def of(cls, model: Any) -> "TokenWords":
        """Returns those of a model, of a run or exported."""
        from ..serving.text import PlainTokenizer

        tokenizer = model.tokenizer
        if isinstance(tokenizer, PlainTokenizer):
            mask_id = model.manifest["tokenizer"].get("mask_id")
            return cls(model.tokens, mask_id=mask_id, decode=lambda token_id: tokenizer.decode([token_id]))
        return cls(
            tokenizer.tokens,
            mask_id=tokenizer.mask_id,
            decode=lambda token_id: bytes(tokenizer.detokenize([token_id]).numpy()),
        )

    def text(self, name: str) -> str:
        """Returns the text of the token of that name; "" if it has none, or no whole character."""
        written = self._decode(self._ids[name]).decode(errors="replace")
        return "" if "\ufffd" in written else written

    def shown(self, name: str) -> str:
        """Returns the token for display, without the space before it."""
        from ..zoo.visible_tokens import visible_name

        return visible_name(name, self.text(name))

    def filled(self, text: str, names: Sequence[str]) -> str:
        """Returns the text with tokens in place of its first mask tokens.

        Args:
            text: A text with mask tokens.
            names: Names of as many tokens as the model has read mask tokens.
        """
        assert self.mask is not None  # since the model has filled masks
        written, *rest = text.split(self.mask)
        for place, after in enumerate(rest):
            if place >= len(names):  # beyond the model's limit
                written += self.mask + after
                continue
            name = names[place]
            word = self.text(name) or name
            if name.startswith(CONTINUATION):
                written, word = written.rstrip(), name.removeprefix(CONTINUATION)
            elif not written or written[-1].isspace():
                word = word.lstrip()  # tokens of some kinds include their space
            written += word + after
        return written
