"""Finding the best spans of contexts by the logits of their windows, in a graph."""

from typing import Any

import tensorflow as tf

from .row_ids import row_ids


def found_spans(rows: Any, start_logits: tf.Tensor, end_logits: tf.Tensor, *, longest: int, count: Any) -> dict:
    """Finds the spans of `layers.plain.span_search.found_spans` for all contexts of a batch.

    Args:
        rows: rows of `SpanPacker`.
        start_logits, end_logits: float32 (R, T).
        longest: the maximum number of tokens of an answer.
        count: the maximum number of spans of a context; an integer tensor ().

    Returns:
        `starts`, `limits` int32 and `scores` float32 (B, K), best first; `lengths` int32 (B,), their number;
        `no_answer_scores` float32 (B,).
    """
    texts = row_ids(rows.row_splits)  # (R,)
    num_texts = tf.size(rows.row_splits) - 1
    nothing = tf.math.segment_min(start_logits[:, 0] + end_logits[:, 0], texts)
    places, tokens, scores = _best_of_windows(rows, start_logits, end_logits, longest, count)  # (R, k)
    kept = scores > tf.float32.min
    of_text = tf.gather(texts, tf.where(kept)[:, 0])  # (N,)
    starts = tf.gather(rows.starts, tf.boolean_mask(places, kept))
    limits = tf.gather(rows.limits, tf.boolean_mask(tokens, kept))
    # One span may be in several windows: the best one counts.
    size = tf.reduce_max(tf.pad(limits, [[0, 1]])) + 1
    keys, which = tf.unique((of_text * size + starts) * size + limits, out_idx=tf.int64)
    best = tf.math.unsorted_segment_max(tf.boolean_mask(scores, kept), which, tf.size(keys, tf.int64))
    order = tf.argsort(best, direction="DESCENDING", stable=True)
    order = tf.gather(order, tf.argsort(tf.gather(keys, order) // (size * size), stable=True))
    keys, best = tf.gather(keys, order), tf.gather(best, order)
    of_text = keys // (size * size)
    splits = tf.searchsorted(of_text, tf.range(num_texts + 1, dtype=tf.int64), out_type=tf.int64)
    # (pyright's stubs of TensorFlow lack the factories of RaggedTensor.)
    make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]

    def columns(values):
        return make(values, splits, validate=False)[:, :count].to_tensor()

    return {
        "starts": columns(tf.cast(keys // size % size, tf.int32)),
        "limits": columns(tf.cast(keys % size, tf.int32)),
        "scores": columns(best),
        "lengths": tf.cast(tf.minimum(splits[1:] - splits[:-1], tf.cast(count, tf.int64)), tf.int32),
        "no_answer_scores": nothing,
    }


def _best_of_windows(rows: Any, start_logits, end_logits, longest: int, count: Any) -> tuple[Any, Any, Any]:
    """Returns first token, last token (among those of all contexts) and score of each window's best spans, (R, k)."""
    sizes = rows.tokens.row_lengths()
    width = tf.maximum(tf.reduce_max(tf.pad(sizes, [[0, 1]])), 1)  # C
    tokens = rows.tokens.to_tensor(shape=tf.stack([tf.size(sizes, tf.int64), width]))  # (R, C)
    there = tf.sequence_mask(sizes, width)
    columns = tf.minimum(
        rows.places[:, tf.newaxis] + tf.range(width), tf.shape(start_logits, tf.int64)[1] - 1
    )  # (R, C), of the logits
    # There may be no token at all.
    begins, ends = (there & tf.gather(tf.concat([each, [False]], axis=0), tokens) for each in (rows.begins, rows.ends))
    starts = tf.gather(start_logits, columns, batch_dims=1)
    stops = tf.gather(end_logits, columns, batch_dims=1)
    reach = tf.minimum(tf.constant(longest, tf.int64), width)  # M
    lasts = tf.range(width)[:, tf.newaxis] + tf.range(reach)  # (C, M)
    inside = tf.minimum(lasts, width - 1)
    allowed = begins[:, :, tf.newaxis] & tf.gather(ends, inside, axis=1) & (lasts < width)
    scores = tf.where(allowed, starts[:, :, tf.newaxis] + tf.gather(stops, inside, axis=1), tf.float32.min)
    flat = tf.reshape(scores, tf.stack([tf.size(sizes, tf.int64), width * reach]))
    best, found = tf.math.top_k(flat, tf.minimum(tf.cast(count, tf.int32), tf.cast(width * reach, tf.int32)))
    found = tf.cast(found, tf.int64)
    first = found // reach
    return (
        tf.gather(tokens, first, batch_dims=1),
        tf.gather(tokens, tf.minimum(first + found % reach, width - 1), batch_dims=1),
        best,
    )
