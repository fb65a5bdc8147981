"""The tokens that a model might have written instead."""

from typing import Any

import tensorflow as tf

PLACES = 64
"""Of a text whose scores are computed together: a place has as many as there are tokens."""


def alternatives_of(model: Any, prompt: bytes, ids: Any, count: int) -> list[list[dict[str, Any]]]:
    """For each new token the likeliest ones at its place under the model itself, best first.

    They are read off one pass over the whole text, whatever decoder and rules have written it.

    Args:
        model: a `GenerativeModel`.
        prompt: UTF-8.
        ids: of the new tokens.
        count: tokens for each place.

    Returns:
        Lists of `token` and `log_probability`.
    """
    names, found = model.need_tokenizer().tokens, []
    if not len(ids):
        return []
    hidden = model.hidden_of_new(tf.constant([prompt]), tf.constant([ids.tolist()], tf.int32))  # (1, N, D)
    for first in range(0, len(ids), PLACES):
        scores = tf.cast(model.head(hidden[:, first : first + PLACES]), tf.float32)[0]
        # Rows of the matrix that only round its size up have their share, as in the numbers of what was written.
        best = tf.math.top_k(tf.nn.log_softmax(scores)[:, : len(names)], min(count, len(names)))
        for tokens, values in zip(best.indices.numpy(), best.values.numpy(), strict=True):
            pairs = zip(tokens, values, strict=True)
            found.append([{"token": names[i], "log_probability": float(value)} for i, value in pairs])
    return found
