"""Markov chains over texts of a masked model."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from ...layers.plain.logit_rules import LogitRule
from ...layers.plain.logit_rules.rule_chain import RuleChain
from ...layers.tensor_ops import TensorOps


class MaskedWalk:
    """The distributions of a masked model at single positions, for chains that change one position at a time.

    Args:
        model: a `MaskedLM`.
        token_ids: int32 (B, T), padded on the right; the positions with its mask token are free, at least one per row.
        lengths: int32 (B,).
        rules: logit rules without state and history.

    Attributes:
        free: int32 (B, F), the free positions; `counts` int32 (B,), the number of them per row.
        written: int32 (B, E), the positions of all text, free or not; `there` bool (B, E), which of them exist in a
            row.
    """

    def __init__(self, model: Any, token_ids: Any, lengths: Any, rules: Sequence[LogitRule] = ()):
        self._model, self._mask = model, model.mask_id()
        self._size = model.need_tokenizer().vocabulary_size
        self._chain, self._states = RuleChain(rules, ops=TensorOps), [{} for _ in rules]
        self._padding_mask = tf.sequence_mask(lengths, tf.shape(token_ids)[1])
        free = (token_ids == self._mask) & self._padding_mask
        special = tf.constant([*model.need_tokenizer().special_ids], tf.int32)
        silent = tf.reduce_any(token_ids[:, :, tf.newaxis] == special, axis=-1)
        self.free, self.counts = _places(free)
        self.written, sizes = _places(free | (self._padding_mask & ~silent))
        self.there = tf.sequence_mask(sizes, tf.shape(self.written)[1])

    @property
    def cut(self) -> Any:
        """The rules that restrict the sampled distribution, see `RuleChain.cut`."""
        return self._chain.cut

    def conditional(self, ids: Any, places: Any) -> Any:
        """The logits of the token at a position per row, (B,), given all others: (B, V), -inf for forbidden tokens."""
        return self._chain.apply(self._logits(ids, places, self._padding_mask), None, self._states)

    def own_scores(self, ids: Any, places: Any, there: Any, *, normalized: bool = True) -> Any:
        """log p of the tokens at positions (B, E), each given all others, or their logits; float32, 0 if not `there`.

        Rules are not applied: these are the model's own numbers.
        """
        batch, count = tf.shape(places)[0], tf.shape(places)[1]
        rows, flat = tf.repeat(ids, count, axis=0), tf.reshape(places, (-1,))
        # Padding rows of the matrix are not words.
        scores = self._logits(rows, flat, tf.repeat(self._padding_mask, count, axis=0))[:, : self._size]
        scores = tf.nn.log_softmax(scores) if normalized else scores
        own = tf.gather(scores, tf.gather(rows, flat, batch_dims=1), batch_dims=1)
        return tf.where(there, tf.reshape(own, (batch, count)), 0.0)

    def result(self, ids: Any) -> dict[str, Any]:
        """The result of a decoder of masked models; see `MaskedLM.generate`."""
        there = tf.sequence_mask(self.counts, tf.shape(self.free)[1])
        return {
            "token_ids": ids,
            "new_ids": tf.gather(ids, self.free, batch_dims=1),
            "lengths": self.counts,
            "log_probabilities": self.own_scores(ids, self.free, there),
        }

    def _logits(self, ids, places, padding_mask):
        inputs = {
            "token_ids": with_token(ids, places, self._mask),
            "padding_mask": padding_mask,
            "masked_positions": places[:, tf.newaxis],
        }
        return tf.cast(self._model(inputs)["logits"][:, 0], tf.float32)


def with_token(ids: Any, places: Any, tokens: Any) -> Any:
    """Rows (B, T) with new tokens, (B,) or one for all, at the given positions (B,)."""
    column = tf.range(tf.shape(ids)[1])[tf.newaxis] == places[:, tf.newaxis]
    return tf.where(column, tf.reshape(tokens, (-1, 1)), ids)


def _places(flags):
    """The positions where each row is True, int32 (B, F), padded with 0, and their number, int32 (B,)."""
    places = tf.broadcast_to(tf.range(tf.shape(flags)[1]), tf.shape(flags))
    found = tf.ragged.boolean_mask(places, flags)
    return found.to_tensor(), tf.cast(found.row_lengths(), tf.int32)
