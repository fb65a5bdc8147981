"""What text nothing can be learnt from."""

from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from ..training_config import TrainingConfig
from .token_corpus import TokenCorpus

LONGEST_PERIOD = 1 << 12
CHUNK = 1 << 20


def check_pretraining_text(corpus: Any, training: TrainingConfig) -> None:
    """Raises `UserError` for text that is shorter than a row, or the same line again and again.

    Args:
        corpus: what was read; other than a `TokenCorpus` is not looked at.
        training: how it is to be read.
    """
    if not isinstance(corpus, TokenCorpus):
        return
    length = training.data.sequence_length
    if len(corpus) < length:
        raise UserError(
            f"--data: {len(corpus):,} tokens are fewer than one row of {length:,} (data.sequence_length): give more "
            "text, or set it lower"
        )
    if found := repeated_period(corpus.tokens):
        raise UserError(
            f"--data: the same {found:,} tokens again and again, {len(corpus) // found:,} times: nothing else could "
            "be learnt; give other text"
        )


def repeated_period(tokens: np.ndarray) -> int:
    """Tokens that a text repeats from its first to its last; 0 where it does not.

    Example:
        >>> repeated_period(np.array([5, 6, 7] * 10)), repeated_period(np.arange(30))
        (3, 0)
    """
    head = np.asarray(tokens[: 2 * LONGEST_PERIOD])
    for period in np.flatnonzero(head[1 : len(head) // 2 + 1] == head[0]) + 1:
        if (head[period:] == head[:-period]).all():
            starts = range(period, len(tokens), CHUNK)
            same = (
                (tokens[at : at + CHUNK] == tokens[at - period : at - period + CHUNK][: len(tokens) - at]).all()
                for at in starts
            )
            return int(period) if all(same) else 0
    return 0
