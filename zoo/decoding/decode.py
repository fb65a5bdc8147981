"""The loop that generates text from a model."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from ...layers.plain.logit_rules import LogitRule
from ...layers.plain.logit_rules.history import History
from ...layers.plain.logit_rules.rule_chain import RuleChain
from ...layers.tensor_ops import TensorOps
from .step_context import StepContext
from .to_the_right import to_the_right

FIRST_COLUMNS = 64
"""The initial capacity of texts of unlimited length."""


def decode(
    model: Any,
    token_ids: Any,
    lengths: Any,
    decoder: Any,
    *,
    max_tokens: Any,
    stop_ids: Any,
    seeds: Any,
    rules: Sequence[LogitRule] = (),
    width: int | None = None,
    num_results: int = 1,
    ends: Callable[[Any, Any], Any] | None = None,
) -> dict[str, Any]:
    """Continues prompts, token by token, through `model.prefill` and `model.step`.

    It runs inside a graph; all shapes may be unknown, so one trace serves every prompt length.

    Args:
        model: has `initial_state(batch_size, max_length)`, `prefill(inputs, state)`, `step(token_ids, state)` and
            `max_sequence_length`, the maximum number of tokens per text, or None for no limit. For decoders that
            read hidden states also `prefill_hidden` and `step_hidden`, which return these (B, D), and a `head`; for
            those that read attention `prefill_attention` and `step_attention`, see `Seq2SeqLM`.
        token_ids: int32 (B, P), padded on the right.
        lengths: int32 (B,), at least 1 each: the number of tokens of each prompt, including its start token.
        decoder: a `Decoder`.
        max_tokens: int32 scalar or (B,), the maximum number of new tokens; N is the largest.
        stop_ids: int32 (S,): tokens that end a text; they are not part of it.
        seeds: int32 (B,).
        rules: logit rules, which change the scores before the decoder chooses; the returned log-probabilities stay
            those of the model.
        width: the number of columns of the results, at least that of new tokens, if N must be known when the graph is
            made; None for `max_tokens`.
        num_results: the number of texts per prompt, M, best first; above 1 only for decoders that keep hypotheses.
        ends: a function of the step and of `token_ids`, `lengths` and `finished` so far that returns which texts end
            here, bool (B·R,); None for none.

    Returns:
        M rows for every prompt: token_ids int32 (B·M, N), 0 after the end; lengths int32 (B·M,), the number of new
        tokens of each text; log_probabilities float32 (B·M, N), of each new token under the model; and if the decoder
        ranks texts, scores float32 (B·M,). N is `width`, or else `max_tokens` within the model's positions; if
        positions are unlimited, it is the length of the longest text, so that memory grows with what is generated and
        not with what might be.
    """
    batch, beams = tf.shape(token_ids)[0], decoder.beams
    rows = batch * beams
    padding_mask = tf.sequence_mask(lengths, tf.shape(token_ids)[1])
    if model.max_sequence_length is not None:
        max_tokens = tf.minimum(max_tokens, model.max_sequence_length)  # No text has room for more.
    # (B,) may have no rows, and so no maximum.
    columns = tf.maximum(tf.reduce_max(max_tokens), 1) if width is None else width
    longest = tf.shape(token_ids)[1] + columns
    room = tf.broadcast_to(tf.minimum(max_tokens, columns), (batch,))
    if model.max_sequence_length is not None:
        longest = tf.minimum(longest, model.max_sequence_length)
        room = tf.minimum(room, model.max_sequence_length - lengths + 1)  # The last new token is never read.
    state = model.initial_state(batch, longest)
    read = {"token_ids": token_ids, "padding_mask": padding_mask}
    prefill, step_on = _readings(model, decoder)
    found, state = prefill(read, state)
    if beams > 1:
        found, state, seeds, room, token_ids, lengths = tf.nest.map_structure(
            lambda x: tf.repeat(x, beams, axis=0), (found, state, seeds, room, token_ids, lengths)
        )
    chain = RuleChain(rules, ops=TensorOps)
    stops = TensorOps.row(stop_ids, int)
    aligned = to_the_right(token_ids, lengths) if chain.reads_history else None
    grows = width is None and model.max_sequence_length is None
    held = tf.minimum(columns, FIRST_COLUMNS) if grows else columns
    new = {
        "token_ids": tf.zeros((rows, held), tf.int32),
        "log_probabilities": tf.zeros((rows, held), tf.float32),
        "lengths": tf.zeros((rows,), tf.int32),
        "finished": tf.zeros((rows,), tf.bool),
    }

    def choose(step, found, state, own, memory, new):
        """Adds one token to every unfinished row."""
        logits, seen = tf.cast(found["logits"], tf.float32), {**found}
        del seen["logits"]
        log_probabilities = tf.nn.log_softmax(logits)  # (B·R, V)
        scores, history = logits if decoder.reads == "logits" else log_probabilities, None
        if aligned is not None:
            history = History(
                prompt_ids=aligned,
                lengths=lengths,
                new_ids=new["token_ids"],
                step=step,
                ops=TensorOps,
                stop_ids=stops,
                finished=new["finished"],
            )
        context = StepContext(
            prompt_ids=token_ids,
            prompt_lengths=lengths,
            new_ids=new["token_ids"],
            step=step,
            finished=new["finished"],
            seeds=seeds,
            cut=chain.cut,
            **seen,
        )
        tokens, parents, own = decoder.choose(chain.apply(scores, history, memory), own, context=context)
        if parents is not None:
            log_probabilities, state, memory, new = tf.nest.map_structure(
                lambda x: tf.gather(x, parents), (log_probabilities, state, memory, new)
            )
        if grows:
            new = _with_room(new, step, columns)
        new = _append(new, step, tokens, tf.gather(log_probabilities, tokens, batch_dims=1), stop_ids)
        new["finished"] |= new["lengths"] >= room
        if ends is not None:
            new["finished"] |= tf.ensure_shape(ends(step, new), new["finished"].shape)
        return step + 1, tokens, state, own, chain.advance(memory, tokens), new

    def body(step, tokens, state, own, memory, new):
        found, state = step_on(tokens, state)
        return choose(step, found, state, own, memory, new)

    # The very last token is chosen but never read.
    memory = chain.start(token_ids, lengths, TensorOps.width(found["logits"]))
    loop = choose(tf.constant(0), found, state, decoder.start(batch), memory, new)
    *_, own, _, new = tf.while_loop(
        lambda step, tokens, state, own, memory, new: (step < columns) & ~tf.reduce_all(new["finished"]),
        body,
        loop,
        # Reordering hypotheses loses a static batch size, growing a static number of columns.
        shape_invariants=_open_shapes(loop, rows=beams > 1, columns=grows) if grows or beams > 1 else None,
    )
    best, ranks = decoder.best(own, batch, num_results)
    found = {name: tf.gather(new[name], best) for name in ("token_ids", "lengths", "log_probabilities")}
    if grows:
        longest = tf.reduce_max(tf.concat([[0], found["lengths"]], axis=0))
        found = {name: value if name == "lengths" else value[:, :longest] for name, value in found.items()}
    return found if ranks is None else {**found, "scores": ranks}


def _readings(model, decoder):
    """`prefill` and `step` that return a dict of the `logits` and whatever else the decoder needs."""
    if decoder.reads_attention:
        reads = model.prefill_attention, model.step_attention
    elif decoder.reads_hidden:
        reads = model.prefill_hidden, model.step_hidden
    else:
        reads = model.prefill, model.step

    def named(read):
        def call(inputs, state):
            found, state = read(inputs, state)
            if decoder.reads_attention:
                return {"logits": model.head(found["hidden"]), **found}, state
            if decoder.reads_hidden:
                return {"logits": model.head(found), "hidden": found}, state
            return {"logits": found}, state

        return call

    return [named(read) for read in reads]


def _append(new, step, tokens, log_probabilities, stop_ids):
    """Appends one token to every unfinished text, unless it is a stop token, which ends the text."""
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


def _with_room(new, step, columns):
    """Doubles the number of columns, up to `columns`, if there is no room for the next token."""
    held = tf.shape(new["token_ids"])[1]
    more = tf.where(step < held, 0, tf.minimum(held, columns - held))
    rows, padding = new["token_ids"].shape[0], tf.reshape(tf.stack([0, 0, 0, more]), (2, 2))
    return {
        name: tf.ensure_shape(tf.pad(value, padding), (rows, None)) if value.shape.rank == 2 else value
        for name, value in new.items()
    }


def _open_shapes(loop, *, rows, columns):
    """The shapes of the loop variables: with open rows or not, and with open columns for the last one, the texts."""

    def shape_of(tensor, columns=False):
        opened = {0: rows, 1: columns}
        return tf.TensorShape([None if opened.get(axis) else size for axis, size in enumerate(tensor.shape)])

    *others, new = loop
    return (*tf.nest.map_structure(shape_of, others), {name: shape_of(value, columns) for name, value in new.items()})
