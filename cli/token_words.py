"""The words that tokens stand for."""

from collections.abc import Callable, Sequence
from typing import Any

CONTINUATION = "##"


class TokenWords:
    """The tokens of a model by their names, and what each writes.

    Args:
        names: of all tokens, by id.
        mask_id: of the mask token; None where there is none.
        decode: one id -> what it writes, in UTF-8.
    """

    def __init__(self, names: Sequence[str], *, mask_id: int | None, decode: Callable[[int], bytes]):
        self._ids = {name: token_id for token_id, name in enumerate(names)}
        self._decode = decode
        self.mask = None if mask_id is None else names[mask_id]

    @classmethod
    def of(cls, model: Any) -> "TokenWords":
        """Those of a model, be it a run's or an exported one."""
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
        """What the token of that name writes; "" where that is nothing, or no whole character."""
        written = self._decode(self._ids[name]).decode(errors="replace")
        return "" if "\ufffd" in written else written

    def shown(self, name: str) -> str:
        """The token for people: without the space before it."""
        from ..zoo.visible_tokens import visible_name

        return visible_name(name, self.text(name))

    def filled(self, text: str, names: Sequence[str]) -> str:
        """The text with tokens in the places of its first mask tokens.

        Args:
            text: with mask tokens in it.
            names: of as many tokens as there are mask tokens that the model has read.
        """
        assert self.mask is not None  # the model has filled masks
        written, *rest = text.split(self.mask)
        for place, after in enumerate(rest):
            if place >= len(names):  # after what the model reads
                written += self.mask + after
                continue
            name = names[place]
            word = self.text(name) or name
            if name.startswith(CONTINUATION):
                written, word = written.rstrip(), name.removeprefix(CONTINUATION)
            elif not written or written[-1].isspace():
                word = word.lstrip()  # tokens of some kinds bring their space
            written += word + after
        return written
