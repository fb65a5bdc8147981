"""The one loop that draws text from a model."""

import tensorflow as tf


def decode(model, token_ids, lengths, decoder, *, max_tokens, stop_ids, seeds, suppress_ids=(), width=None):
    """Continues prompts, token by token, through `model.prefill` and `model.step`.

    Runs inside a graph; shapes may all be unknown, so one trace serves every prompt length.

    Args:
        model: has `initial_state(batch_size, max_length)`, `prefill(inputs, state)`, `step(token_ids, state)` and
            `max_sequence_length`, the tokens that it can read of one text, or None for any number.
        token_ids: int32 (B, P), padded on the right.
        lengths: int32 (B,), at least 1 each: tokens of each prompt, its start token included.
        decoder: a `Decoder`.
        max_tokens: int32 scalar or (B,), new tokens at most; N is the largest.
        stop_ids: int32 (S,): tokens that end a text; they are not part of it.
        seeds: int32 (B,).
        suppress_ids: int32 (U,): tokens that are never chosen; log-probabilities stay the model's.
        width: columns of what is returned, at least the new tokens, where N must be known when the graph is made; None
            for as many as `max_tokens`.

    Returns:
        token_ids int32 (B, N), 0 behind the end, N being no more than the model's positions; lengths int32 (B,), new
        tokens of each text; log_probabilities float32 (B, N), of each new token under the model.
    """
    batch, beams = tf.shape(token_ids)[0], decoder.beams
    rows = batch * beams
    padding_mask = tf.sequence_mask(lengths, tf.shape(token_ids)[1])
    if model.max_sequence_length is not None:
        max_tokens = tf.minimum(max_tokens, model.max_sequence_length)  # No text has room for more.
    # (B,) may have no rows, and so no largest.
    columns = tf.maximum(tf.reduce_max(max_tokens), 1) if width is None else width
    longest = tf.shape(token_ids)[1] + columns
    room = tf.broadcast_to(tf.minimum(max_tokens, columns), (batch,))
    if model.max_sequence_length is not None:
        longest = tf.minimum(longest, model.max_sequence_length)
        room = tf.minimum(room, model.max_sequence_length - lengths + 1)  # The last new token is never read.
    state = model.initial_state(batch, longest)
    logits, state = model.prefill({"token_ids": token_ids, "padding_mask": padding_mask}, state)
    if beams > 1:
        logits, state = tf.nest.map_structure(lambda x: tf.repeat(x, beams, axis=0), (logits, state))
        seeds, room = tf.repeat(seeds, beams), tf.repeat(room, beams)
    penalty = _penalty(suppress_ids, tf.shape(logits)[-1])
    new = {
        "token_ids": tf.zeros((rows, columns), tf.int32),
        "log_probabilities": tf.zeros((rows, columns), tf.float32),
        "lengths": tf.zeros((rows,), tf.int32),
        "finished": tf.zeros((rows,), tf.bool),
    }

    def choose(step, logits, state, own, new):
        """One token more for every row that goes on."""
        log_probabilities = tf.nn.log_softmax(tf.cast(logits, tf.float32))  # (B·R, V)
        allowed = log_probabilities if penalty is None else log_probabilities + penalty
        tokens, parents, own = decoder.choose(allowed, own, step=step, finished=new["finished"], seeds=seeds)
        if parents is not None:
            log_probabilities, state, new = tf.nest.map_structure(
                lambda x: tf.gather(x, parents), (log_probabilities, state, new)
            )
        new = _append(new, step, tokens, tf.gather(log_probabilities, tokens, batch_dims=1), stop_ids)
        new["finished"] |= new["lengths"] >= room
        return step + 1, tokens, state, own, new

    def body(step, tokens, state, own, new):
        logits, state = model.step(tokens, state)
        return choose(step, logits, state, own, new)

    # The last token of all is chosen and never read.
    loop = choose(tf.constant(0), logits, state, decoder.start(batch), new)
    _, _, _, own, new = tf.while_loop(
        lambda step, tokens, state, own, new: (step < columns) & ~tf.reduce_all(new["finished"]),
        body,
        loop,
        # Reordering hypotheses loses a static batch size.
        shape_invariants=tf.nest.map_structure(_batch_free, loop) if beams > 1 else None,
    )
    best = decoder.best(own, batch)
    return {name: tf.gather(new[name], best) for name in ("token_ids", "lengths", "log_probabilities")}


def _penalty(suppress_ids, vocabulary_size):
    """-inf for tokens that are never chosen, 0 for others, (V,); None where it is known that there are none."""
    suppress_ids = tf.convert_to_tensor(suppress_ids, tf.int32)
    if suppress_ids.shape[0] == 0:
        return None
    suppressed = tf.reduce_any(tf.range(vocabulary_size) == suppress_ids[:, tf.newaxis], axis=0)
    return tf.where(suppressed, float("-inf"), 0.0)


def _append(new, step, tokens, log_probabilities, stop_ids):
    """Writes one token to every text that goes on, unless it is a stop token, which ends the text."""
    stops = tf.reduce_any(tokens[:, tf.newaxis] == stop_ids[tf.newaxis], axis=-1)
    finished = new["finished"] | stops
    column = tf.one_hot(step, tf.shape(new["token_ids"])[1], on_value=True, off_value=False, dtype=tf.bool)
    here = ~finished[:, tf.newaxis] & column[tf.newaxis]  # (B·R, N)
    return {
        "token_ids": tf.where(here, tokens[:, tf.newaxis], new["token_ids"]),
        "log_probabilities": tf.where(here, log_probabilities[:, tf.newaxis], new["log_probabilities"]),
        "lengths": new["lengths"] + tf.cast(~finished, tf.int32),
        "finished": finished,
    }


def _batch_free(tensor):
    """The shape with its first dimension open."""
    return tensor.shape if tensor.shape.rank == 0 else tf.TensorShape([None, *tensor.shape[1:]])
