"""Constraining a text to a pattern by the tokens that may follow, with the library llguidance."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from .errors import UserError
from .token_book import TokenBook

MAX_STATES = 4_096
"""The maximum number of texts whose state is cached; others are read again."""

DEAD_END = "no token of this model can continue a text of the given"
"""The beginning of the message, after "UserError: ", if the tokens cannot write what must follow."""


class Constraint:
    """The tokens that may follow a text so that a grammar can still match.

    Args:
        name: name of the option with the grammar, for messages.
        grammar: function that makes it, given the class of matchers; its exceptions are the user's mistakes.
        book: the model's tokens.

    Raises:
        UserError: llguidance is not installed; or the grammar is invalid, can never match, or no token can begin it.
    """

    def __init__(self, name: str, grammar: Callable[[Any], str], book: TokenBook):
        try:
            import llguidance
        except ImportError as error:
            raise UserError(
                f"{name} needs the package llguidance, which is not installed: pip install 'langzoo[constrain]'"
            ) from error
        self._name, self._book = name, book
        if "llguidance" not in book.memo:
            book.memo["llguidance"] = _tokenizer(llguidance, book)
        tokenizer, self._places = book.memo["llguidance"]
        self._end = tokenizer.eos_token
        try:
            self._root = llguidance.LLMatcher(tokenizer, grammar(llguidance.LLMatcher), log_level=0)
        except ValueError as error:
            raise UserError(f"{name} cannot be used: {_line(str(error))}") from error
        if self._root.is_error():
            raise UserError(f"{name} cannot be used: {_line(self._root.get_error())}")
        self._states: OrderedDict[tuple[int, ...], Any] = OrderedDict()
        self._lock = threading.Lock()
        if not self._allowed(()).any() and not self._root.is_accepting():
            raise UserError(
                f"{name} can never match, or begins with text that no token of this model writes: change it, or use a "
                "model of bytes"
            )

    def mask(self, scores: Any, new_ids: Any, step: Any, stop_ids: Any, finished: Any) -> np.ndarray:
        """Returns which tokens may come next, bool (B, V).

        Args:
            scores: float (B, V), -inf for tokens that other rules ban.
            new_ids: int (B, N); the first `step` columns count.
            step: int scalar.
            stop_ids: int (1, S): tokens that are allowed where the grammar matches.
            finished: bool (B,); these rows may continue with anything.

        Raises:
            UserError: a text can neither continue nor end.
        """
        found = np.ones((len(new_ids), self._book.width), bool)
        for row in np.flatnonzero(~np.asarray(finished)):
            text = tuple(int(token) for token in new_ids[row, :step])
            with self._lock:
                if self._state(text).is_error():
                    continue  # a hypothesis of probability 0, which beam search keeps if there are no others
                found[row, :] = False
                found[row, : len(self._book.names)] = self._allowed(text)
                found[row, stop_ids[0]] = self._state(text).is_accepting()
            if not (found[row] & (scores[row] > -np.inf)).any():
                raise UserError(f"{DEAD_END} {self._name} after {self._written(text)}: {_mend(stop_ids)}")
        return found

    def _allowed(self, text: tuple[int, ...]) -> np.ndarray:
        """Returns which tokens are allowed, bool, for all tokens except those that write nothing."""
        bits = np.frombuffer(self._state(text).compute_bitmask(), np.uint8)
        return np.unpackbits(bits, bitorder="little").astype(bool)[self._places] & (self._places >= 0)

    def _state(self, text: tuple[int, ...]) -> Any:
        """Returns the state after a text, from that of its longest cached beginning."""
        known = next(size for size in range(len(text), -1, -1) if text[:size] in self._states or not size)
        state = self._states.get(text[:known], self._root)
        if known < len(text):
            state = state.deep_copy()
            for token in text[known:]:
                place = int(self._places[token]) if token < len(self._places) else -1
                state.consume_token(place if place >= 0 else self._end)
            self._states[text] = state
            if len(self._states) > MAX_STATES:
                self._states.popitem(last=False)
        return state

    def _written(self, text: tuple[int, ...]) -> str:
        return repr(self._book.decode([list(text)])[0].decode("utf-8", "replace")[-40:])


class _Tokens:
    """The tokenizer interface of llguidance: the distinct texts of the model's tokens, every byte, and an end token.

    Its trie needs every byte; text that no token of the model can write shows as a step at which none is allowed.

    Attributes:
        places: int (V,), the index of the text of each of the model's tokens; -1 for those that write nothing.
    """

    bos_token_id = None

    def __init__(self, book: TokenBook):
        every_byte = (bytes([byte]) for byte in range(256))
        written = list(dict.fromkeys([*every_byte, *(text for text in book.surfaces if text)]))
        place_of = {text: place for place, text in enumerate(written)}
        self.places = np.array([place_of.get(text, -1) for text in book.surfaces])
        self.eos_token_id = len(written)
        self.special_token_ids = [self.eos_token_id]
        self.tokens = [*written, b"<end>"]

    def __call__(self, text: str | bytes) -> list[int]:
        return list(text.encode() if isinstance(text, str) else text)


def _tokenizer(llguidance: Any, book: TokenBook) -> tuple[Any, np.ndarray]:
    tokens = _Tokens(book)
    try:
        made = llguidance.LLTokenizer(llguidance.TokenizerWrapper(tokens), n_vocab=len(tokens.tokens))
        return made, tokens.places
    except ValueError as error:
        raise UserError(f"llguidance does not read the model's tokens: {_line(str(error))}") from error


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:200].rstrip("^ ")


def _mend(stop_ids: Any) -> str:
    if not np.size(stop_ids):
        return "give it a token to stop at, or a model of bytes"
    return "change it, or use a model of bytes"
