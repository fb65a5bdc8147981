"""Sentinels: tokens that replace missing spans of a text."""

import itertools
from typing import Any

from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer

EXTRA_IDS = 100
"""The number of sentinels in T5."""


def sentinel_ids(tokenizer: Tokenizer) -> tuple[int, ...]:
    """The ids of `<extra_id_0>`, `<extra_id_1>`, ... in the vocabulary of a tokenizer.

    Example:
        >>> sentinel_ids(with_sentinels(ByteLevelBPETokenizer.from_files("vocab.json", "merges.txt")))[:2]
        (50257, 50258)
    """
    ids = {token: token_id for token_id, token in enumerate(tokenizer.tokens)}
    found = (ids.get(f"<extra_id_{number}>", -1) for number in itertools.count())
    return tuple(itertools.takewhile(lambda token_id: token_id >= 0, found))


def with_sentinels(tokenizer: Any) -> Tokenizer:
    """Returns a tokenizer with T5's 100 sentinels; the same one if it has any.

    Raises:
        UserError: no tokens can be added to a tokenizer of this kind.
    """
    if sentinel_ids(tokenizer):
        return tokenizer
    if hasattr(tokenizer, "extra_ids"):
        return type(tokenizer)(**{**tokenizer.assets, **tokenizer.options, "extra_ids": EXTRA_IDS})
    if hasattr(tokenizer, "with_added_tokens"):
        return tokenizer.with_added_tokens(f"<extra_id_{number}>" for number in range(EXTRA_IDS))
    raise UserError(
        f"a {tokenizer.kind} tokenizer has no room for sentinels (<extra_id_0>, ...): use unigram, wordpiece or bpe"
    )
