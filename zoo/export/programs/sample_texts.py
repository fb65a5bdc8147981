"""Texts and tokens to test exports on."""

from typing import Any

import numpy as np
import tensorflow as tf

SPREAD = 24


def spread_ids(vocabulary_size: int, count: int = SPREAD) -> np.ndarray:
    """At most `count` ids spread over the whole range of a vocabulary, int32.

    Example:
        >>> spread_ids(9, 3).tolist()
        [0, 4, 8]
    """
    return np.unique(np.linspace(0, vocabulary_size - 1, max(count, 1)).astype(np.int32))


def sample_texts(model: Any, *phrases: str) -> np.ndarray:
    """Short texts, and one of tokens from the whole vocabulary, all within the model's length.

    Args:
        model: a model with its tokenizer and `max_sequence_length`.
        *phrases: further texts.

    Returns:
        bytes, as an object array (B,).
    """
    tokenizer, longest = model.need_tokenizer(), model.max_sequence_length
    room = SPREAD if longest is None else min(SPREAD, longest // 2)
    spread = tokenizer.detokenize(tf.constant(spread_ids(tokenizer.vocabulary_size, room))).numpy()
    texts = [b"", b"the", *("the cat sat on the mat . 猫坐在垫子上。\n".encode(), spread)]
    texts += [phrase.encode() for phrase in phrases]
    if longest is not None:
        # A start or end token is added to each; detokenized and tokenized again it may have more tokens than before.
        texts = [text for text in texts if len(tokenizer.tokenize(text)) < longest]
    return np.array(texts, object)
