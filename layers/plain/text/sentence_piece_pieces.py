"""The ids of a tokenizer over a SentencePiece model: its pieces, sentinels and added tokens. Needs no TensorFlow."""

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import UserError
from .added_token import AddedToken, check_added_tokens, found_tokens, read_added_tokens
from .sentence_piece_model import CONTROL, MAX_PIECE_BYTES, USER_DEFINED, SentencePieceModel

MAX_EXTRA_IDS = 1_000
SPACES_IN_FRONT = ("always", "missing", "first")


class SentencePiecePieces:
    """The tokens by id: the model's pieces, then sentinels, then those added tokens that are not pieces.

    Args:
        model: model of the tokenizer.
        extra_ids: number of sentinels.
        start: the token before a text, `"end"` or `"begin"`.
        added_tokens: as for `SentencePieceTokenizer`.

    Attributes:
        names: the names of all ids.
        ids: name -> id.
        types: the type of each, as in `sentence_piece_model`.
        added: the added tokens.
        special_ids: ids that carry no text.

    Raises:
        UserError: the model has no end or begin token, or already has sentinels; or an added token is invalid.
        ValueError: `added_tokens` is invalid.
    """

    def __init__(
        self,
        model: SentencePieceModel,
        *,
        extra_ids: int,
        start: str,
        added_tokens: Sequence[Mapping[str, Any]],
    ):
        self._model = model
        sentinels = sentinel_names(extra_ids)
        _check_special_tokens(model, sentinels, start)
        self.added = read_added_tokens(added_tokens)
        self._found = found_tokens(sentinels, self.added)
        check_added_tokens(self._found)
        known = {*model.pieces, *sentinels}
        self._behind = (*sentinels, *(token.content for token in self.added if token.content not in known))
        for name in self._behind:
            if len(name.encode()) > MAX_PIECE_BYTES:
                raise UserError(
                    f"the added token {reprlib.repr(name)} has over {MAX_PIECE_BYTES:,} bytes: leave it out"
                )
        self.names = (*model.pieces, *self._behind)
        self.ids = {name: token_id for token_id, name in enumerate(self.names)}
        self.types = (*model.types, *[USER_DEFINED] * len(self._behind))
        special = {token_id for token_id, kind in enumerate(model.types) if kind == CONTROL}
        special |= {self.ids[token.content] for token in self.added if token.special}
        self.special_ids = tuple(sorted(special - {model.unknown_id}))

    def found(self, *, normalized: bool) -> list[AddedToken]:
        """Returns the tokens to look for in text, those that are (not) normalized."""
        return [token for token in self._found if token.normalized == normalized]

    def model(self, *, space_in_front: bool = True) -> bytes:
        """Returns the bytes of a model with all these pieces; see `SentencePieceModel.with_pieces`."""
        return self._model.with_pieces(self._behind, space_in_front=space_in_front)


def sentinel_names(extra_ids: int) -> tuple[str, ...]:
    """Returns T5's sentinels in the order of their ids: the first has the last id.

    Example:
        >>> sentinel_names(2)
        ('<extra_id_1>', '<extra_id_0>')
    """
    return tuple(f"<extra_id_{number}>" for number in reversed(range(extra_ids)))


def check_sentence_piece_options(extra_ids: Any, start: Any, space_in_front: Any, add_start: Any) -> None:
    """Raises ValueError for invalid options of a SentencePiece tokenizer."""
    if not isinstance(extra_ids, int) or isinstance(extra_ids, bool) or not 0 <= extra_ids <= MAX_EXTRA_IDS:
        raise ValueError(f"extra_ids must be a number from 0 to {MAX_EXTRA_IDS:,}, got {reprlib.repr(extra_ids)}")
    if start not in ("end", "begin"):
        raise ValueError(f"start must be end or begin, got {reprlib.repr(start)}")
    if space_in_front not in SPACES_IN_FRONT:
        raise ValueError(f"space_in_front must be one of {SPACES_IN_FRONT}, got {reprlib.repr(space_in_front)}")
    if not isinstance(add_start, bool):
        raise ValueError(f"add_start must be True or False, got {reprlib.repr(add_start)}")


def _check_special_tokens(model: SentencePieceModel, sentinels: Sequence[str], start: str) -> None:
    if model.end_id is None:
        raise UserError("the SentencePiece model has no end token (</s>): choose one that has")
    if start == "begin" and model.begin_id is None:
        raise UserError('the SentencePiece model has no begin token (<s>): leave out start="begin"')
    if not set(sentinels).isdisjoint(model.pieces):
        raise UserError("the SentencePiece model already has sentinels (<extra_id_0>): leave out extra_ids")
