"""Contrastive search."""

import dataclasses
from typing import Any

import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.logit_rules.history import History
from ...layers.plain.logit_rules.rule_chain import RuleChain
from ...layers.plain.option import option
from ...layers.tensor_ops import TensorOps
from .decoder import Decoder
from .make_decoder import register_decoder
from .to_the_right import to_the_right


@register_decoder("contrastive")
@dataclasses.dataclass(frozen=True, kw_only=True)
class ContrastiveDecoder(Decoder):
    """Chooses among the most likely tokens one that is unlike the text so far (Su et al. 2022, equation 5).

    A candidate's score is (1 - alpha) p(token) - alpha max cos(h, h_j), where h is the hidden state after it, and h_j
    that after each token of the prompt and the new text. It is deterministic, and reads `candidates` tokens for every
    token that it generates.

    Args:
        candidates: the number of most likely tokens to try; 1 is greedy.
        alpha: 0 is greedy; 0.6 is the paper's.

    Raises:
        UserError: a value is out of range, or the model has no such states.
    """

    candidates: int = option(4, low=1, high=256, fixed=True, help="Number of most likely tokens to try.")
    alpha: float = option(0.6, high=1, help="Weight of the dissimilarity to the text so far, 0 to 1.")

    def decode(
        self,
        model,
        token_ids,
        lengths,
        *,
        max_tokens,
        stop_ids,
        seeds,
        rules=(),
        width=None,
        num_results=1,
        ends=None,
    ):
        """See `Decoder.decode`; nothing `ends` a text early."""
        del ends
        del seeds, num_results
        if not hasattr(model, "hidden_states"):
            raise UserError("contrastive search reads hidden states, which this model does not give: use greedy")
        chain, tries = RuleChain(rules, ops=TensorOps), self.candidates
        batch, prompt = tf.shape(token_ids)[0], tf.shape(token_ids)[1]
        longest = model.max_sequence_length
        if longest is not None:
            max_tokens = tf.minimum(max_tokens, longest)
        columns = tf.maximum(tf.reduce_max(max_tokens), 1) if width is None else width
        room, slots = tf.broadcast_to(tf.minimum(max_tokens, columns), (batch,)), prompt + columns
        if longest is not None:
            room, slots = tf.minimum(room, longest - lengths + 1), tf.minimum(slots, longest)
        aligned, stops = to_the_right(token_ids, lengths), TensorOps.row(stop_ids, int)
        read = {"token_ids": token_ids, "padding_mask": tf.sequence_mask(lengths, prompt)}
        body = model.hidden_states(read, model.initial_state(batch, slots))
        hidden = body["hidden_states"]  # (B, P, D)
        if hidden.shape.rank != 3 or not hidden.dtype.is_floating:
            raise UserError("contrastive search compares hidden states, and a model of counts has none: use sampling")
        last = tf.gather(hidden, lengths - 1, batch_dims=1)  # (B, D)
        there = tf.concat([read["padding_mask"], tf.zeros((batch, columns), tf.bool)], axis=1)
        context = tf.pad(_unit(hidden), tf.reshape(tf.stack([0, 0, 0, columns, 0, 0]), (3, 2)))  # (B, P + N, D)
        new = {
            "token_ids": tf.zeros((batch, columns), tf.int32),
            "log_probabilities": tf.zeros((batch, columns)),
            "lengths": tf.zeros((batch,), tf.int32),
            "finished": tf.zeros((batch,), tf.bool),
        }
        memory = chain.start(token_ids, lengths, model.config.vocabulary_size)

        def step_on(step, last, state, context, there, memory, new):
            logits = tf.cast(model.head(last), tf.float32)  # (B, V)
            text = {"prompt_ids": aligned, "lengths": lengths, "new_ids": new["token_ids"], "step": step}
            history = History(**text, ops=TensorOps, stop_ids=stops, finished=new["finished"])
            scores = chain.apply(logits, history, memory)
            best = tf.math.top_k(scores, tf.minimum(tries, tf.shape(scores)[-1]))  # (B, k)
            count = tf.shape(best.indices)[1]
            likely = tf.gather(tf.nn.softmax(scores), best.indices, batch_dims=1)
            tried = tf.nest.map_structure(lambda each: tf.repeat(each, count, axis=0), state)
            found, tried = model.step_hidden(tf.reshape(best.indices, (-1,)), tried)  # (B·k, D)
            around = tf.reshape(_unit(found), (batch, count, -1))
            likeness = tf.matmul(around, context, transpose_b=True)  # (B, k, P + N)
            likeness = tf.reduce_max(tf.where(there[:, tf.newaxis], likeness, -1.0), axis=-1)
            rank = (1 - self.alpha) * likely - self.alpha * likeness
            # A banned token is never the best, even if all others are similar to the text.
            rank = tf.where(best.values > float("-inf"), rank, float("-inf"))
            place = tf.argmax(rank, axis=-1, output_type=tf.int32)
            token = tf.gather(best.indices, place, batch_dims=1)
            rows = tf.range(batch) * count + place
            state, last = tf.nest.map_structure(lambda each: tf.gather(each, rows), (tried, found))
            column = tf.range(prompt + columns) == prompt + step
            context = tf.where(column[:, tf.newaxis], _unit(last)[:, tf.newaxis], context)
            there |= column[tf.newaxis]
            ends = tf.reduce_any(token[:, tf.newaxis] == stop_ids[tf.newaxis], axis=-1)
            finished = new["finished"] | ends
            here = ~finished[:, tf.newaxis] & (tf.range(columns) == step)[tf.newaxis]
            chosen = tf.gather(tf.nn.log_softmax(logits), token, batch_dims=1)
            written = new["lengths"] + tf.cast(~finished, tf.int32)
            new = {
                "token_ids": tf.where(here, token[:, tf.newaxis], new["token_ids"]),
                "log_probabilities": tf.where(here, chosen[:, tf.newaxis], new["log_probabilities"]),
                "lengths": written,
                "finished": finished | (written >= room),
            }
            return step + 1, last, state, context, there, chain.advance(memory, token), new

        loop: Any = (tf.constant(0), last, body["state"], context, there, memory, new)
        *_, new = tf.while_loop(
            lambda step, *rest: (step < columns) & ~tf.reduce_all(rest[-1]["finished"]),
            step_on,
            loop,
            shape_invariants=tf.nest.map_structure(_any_rows, loop),
        )
        kept = columns if width is not None else tf.reduce_max(tf.concat([[0], new["lengths"]], axis=0))
        return {name: new[name] if name == "lengths" else new[name][:, :kept] for name in new if name != "finished"}


def _unit(vectors):
    return tf.math.l2_normalize(tf.cast(vectors, tf.float32), axis=-1)


def _any_rows(tensor):
    """The shape with any number of rows, since reordering loses a static number."""
    return tf.TensorShape([None, *tensor.shape[1:]] if tensor.shape.rank else [])
