"""Checks for text that is unsuitable for pre-training."""

from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from ..training_config import TrainingConfig
from .token_corpus import TokenCorpus

LONGEST_PERIOD = 1 << 12
CHUNK = 1 << 20


def check_pretraining_text(corpus: Any, training: TrainingConfig) -> None:
    """Raises `UserError` for text that is shorter than a row, or repeats the same line.

    Args:
        corpus: the text; only a `TokenCorpus` is checked.
        training: the settings of the training.
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
            f"--data: the same {found:,} tokens repeat {len(corpus) // found:,} times: there is nothing else to "
            "learn; give other text"
        )


def repeated_period(tokens: np.ndarray) -> int:
    """Number of tokens that a text repeats from start to end; 0 if it does not.

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
