"""Alternatives to generated tokens."""

from typing import Any

import tensorflow as tf

PLACES = 64
"""The number of positions whose scores are computed together: each has one per token of the vocabulary."""


def alternatives_of(model: Any, prompt: bytes, ids: Any, count: int) -> list[list[dict[str, Any]]]:
    """For each new token, the most likely tokens at its position under the model itself, best first.

    They come from one pass over the whole text, whichever decoder and rules generated it.

    Args:
        model: a `GenerativeModel`.
        prompt: UTF-8.
        ids: the ids of the new tokens.
        count: the number of tokens per position.

    Returns:
        Lists of `token` and `log_probability`.
    """
    names, found = model.need_tokenizer().tokens, []
    if not len(ids):
        return []
    hidden = model.hidden_of_new(tf.constant([prompt]), tf.constant([ids.tolist()], tf.int32))  # (1, N, D)
    for first in range(0, len(ids), PLACES):
        scores = tf.cast(model.head(hidden[:, first : first + PLACES]), tf.float32)[0]
        # Padding rows of the matrix have their share, as in the log-probabilities of the generated text.
        best = tf.math.top_k(tf.nn.log_softmax(scores)[:, : len(names)], min(count, len(names)))
        for tokens, values in zip(best.indices.numpy(), best.values.numpy(), strict=True):
            pairs = zip(tokens, values, strict=True)
            found.append([{"token": names[i], "log_probability": float(value)} for i, value in pairs])
    return found
