"""Added tokens of published vocabularies, from all files that describe them."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...layers.plain.errors import UserError
from ...layers.plain.text.added_token import AddedToken, found_tokens
from ..import_remark import ImportRemark
from .read_json import read_json
from .tokenizer_settings import ADDED_FILE, MAX_TOKENIZER_BYTES, SETTINGS_FILE, SPECIAL_FILE, TOKENIZER_FILE

_FLAGS = ("lstrip", "rstrip", "normalized", "special")
_ROLES = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_LISTS = ("additional_special_tokens", "extra_special_tokens")


@dataclass(frozen=True)
class ForeignToken:
    """An added token as described in a file.

    Args:
        token: the token.
        token_id: its id, or None if the file does not give it.
        given: the flags given in the file.
        place: the file.
    """

    token: AddedToken
    token_id: int | None
    given: frozenset[str]
    place: str


def read_foreign_tokens(folder: Path, fast: Mapping[str, Any] | None) -> list[ForeignToken]:
    """Reads the added tokens of a folder, each from the file of the highest precedence; differences are remarks.

    The highest is `tokenizer.json`, then `added_tokens_decoder` of `tokenizer_config.json`, `added_tokens.json`, and
    the names of special tokens in `tokenizer_config.json` and `special_tokens_map.json`.

    Args:
        folder: the folder of the files.
        fast: the content of `tokenizer.json`, or None if there is none.

    Raises:
        UserError: a file is damaged, or a token needs something that is not supported.
    """
    found: dict[str, ForeignToken] = {}
    for token in _all(folder, fast):
        content = token.token.content
        stronger = found.get(content)
        if stronger is None:
            found[content] = token
            continue
        given = sorted(token.given & stronger.given - {"special"})
        differing = [name for name in given if _flag(token, name) != _flag(stronger, name)]
        if None not in (token.token_id, stronger.token_id) and token.token_id != stronger.token_id:
            differing.append("id")
        if differing:
            _remark(f"{token.place} and {stronger.place} differ in the {', '.join(differing)} of {content!r}", stronger)
        if stronger.token_id is None:
            stronger = replace(stronger, token_id=token.token_id)
        missing = {name: _flag(token, name) for name in token.given - stronger.given}
        found[content] = replace(stronger, token=replace(stronger.token, **missing), given=stronger.given | token.given)
    return list(found.values())


def with_foreign_tokens(tokens: Sequence[str], added: Iterable[ForeignToken]) -> list[str]:
    """The whole vocabulary, with added tokens in their places.

    Args:
        tokens: the vocabulary in the order of its ids.
        added: from `read_foreign_tokens`.

    Raises:
        UserError: the id of an added token is in use, or there are gaps.
    """
    ids = {token: token_id for token_id, token in enumerate(tokens)}
    added, behind = list(added), {}
    for foreign in added:
        content, token_id = foreign.token.content, foreign.token_id
        if content in ids:
            if token_id not in (None, ids[content]):
                raise UserError(
                    f"{foreign.place} gives {content!r} the id {token_id}, which has {ids[content]} in the vocabulary: "
                    "correct one"
                )
        elif token_id is not None and token_id < len(tokens):
            raise UserError(f"{foreign.place} gives {content!r} the id {token_id} of {tokens[token_id]!r}: correct it")
        elif token_id is not None:
            behind[content] = token_id
    names = sorted(behind, key=behind.__getitem__)
    wanted = list(range(len(tokens), len(tokens) + len(names)))
    if [behind[name] for name in names] != wanted:
        raise UserError(
            f"the ids of added tokens must run from {len(tokens):,} to {len(tokens) + len(names) - 1:,}, each once, "
            f"not {', '.join(str(behind[name]) for name in names[:5])}"
        )
    return [*tokens, *names]


def known_tokens(added: Iterable[ForeignToken], vocabulary: Iterable[str]) -> list[ForeignToken]:
    """The tokens that are in the whole vocabulary; others, which no file gives an id, are left out with a remark."""
    tokens, added = set(vocabulary), list(added)
    for one in added:
        if one.token.content not in tokens:
            given = f"{one.place} names {one.token.content!r}, which is not in the vocabulary and no file gives an id"
            warnings.warn(ImportRemark(f"{given}: it is left out"), stacklevel=2)
    return [one for one in added if one.token.content in tokens]


def added_options(
    added: Iterable[ForeignToken], *, roles: Iterable[str], strips_left: str | None = None
) -> list[dict[str, Any]]:
    """The option `added_tokens`: all except those that a tokenizer finds by itself.

    Args:
        added: from `read_foreign_tokens`.
        roles: the special tokens that other options name.
        strips_left: the one of them that strips the white space before it by itself.
    """
    known = {token.content: token for token in found_tokens(roles, (), strips_left=strips_left)}
    tokens = [foreign.token for foreign in added]
    return [token.to_option() for token in tokens if known.get(token.content) != token]


def _all(folder: Path, fast: Mapping[str, Any] | None) -> Iterable[ForeignToken]:
    values = (fast or {}).get("added_tokens") or []
    if not isinstance(values, list):
        raise UserError(f"{TOKENIZER_FILE}: added_tokens must be a list: copy it again")
    for value in values:
        yield _token(value, _id(value), TOKENIZER_FILE)
    settings, special = _object(folder, SETTINGS_FILE), _object(folder, SPECIAL_FILE)
    decoder = settings.get("added_tokens_decoder") or {}
    if not isinstance(decoder, dict):
        raise UserError(f"{SETTINGS_FILE}: added_tokens_decoder must be an object: copy it again")
    for token_id, value in decoder.items():
        if not token_id.isdecimal() or len(token_id) > 9:
            raise UserError(f"{SETTINGS_FILE}: added_tokens_decoder must have ids, not {token_id[:20]!r}")
        yield _token(value, int(token_id), SETTINGS_FILE)
    for content, token_id in _object(folder, ADDED_FILE).items():
        if type(token_id) is not int or not 0 <= token_id < 10**9:
            raise UserError(f"{ADDED_FILE}: the id of {content[:40]!r} must be an integer, not {str(token_id)[:20]!r}")
        token = AddedToken(content, normalized=True)
        yield ForeignToken(token, token_id, frozenset(), ADDED_FILE)
    for place, names in ((SETTINGS_FILE, settings), (SPECIAL_FILE, special)):
        listed = [names.get(name) or [] for name in _LISTS]
        for values in listed:
            for value in values.values() if isinstance(values, dict) else values if isinstance(values, list) else []:
                yield _special(value, place)
        for role in _ROLES:
            if names.get(role) is not None:
                yield _special(names[role], place)


def _special(value: Any, place: str) -> ForeignToken:
    """A named special token, with or without its flags."""
    if isinstance(value, str):
        return ForeignToken(AddedToken(value, special=True), None, frozenset(), place)
    found = _token(value, None, place)
    return replace(found, token=replace(found.token, special=True))


def _token(value: Any, token_id: int | None, place: str) -> ForeignToken:
    if not isinstance(value, dict) or not isinstance(value.get("content"), str):
        raise UserError(f"{place}: an added token has no content: copy it again")
    content = value["content"]
    for name in (*_FLAGS, "single_word"):
        if not isinstance(value.get(name, False), bool):
            raise UserError(f"{place}: {name} of {content[:40]!r} must be true or false, not {str(value[name])[:40]!r}")
    if value.get("single_word"):
        raise UserError(f"{place}: single_word of the added token {content[:40]!r} is not supported")
    given = frozenset(name for name in _FLAGS if name in value)
    special = value.get("special", False)
    flags = {"normalized": not special, **{name: value[name] for name in given}}
    return ForeignToken(AddedToken(content, **flags), token_id, given, place)


def _id(value: Any) -> int:
    token_id = value.get("id") if isinstance(value, dict) else None
    if type(token_id) is not int or not 0 <= token_id < 10**9:
        raise UserError(f"{TOKENIZER_FILE}: the id of every token must be an integer, not {str(token_id)[:20]!r}")
    return token_id


def _object(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    return read_json(path, max_bytes=MAX_TOKENIZER_BYTES) if path.exists() else {}


def _flag(token: ForeignToken, name: str) -> bool:
    return getattr(token.token, name)


def _remark(difference: str, stronger: ForeignToken) -> None:
    warnings.warn(ImportRemark(f"{difference}: {stronger.place} is used"), stacklevel=2)
