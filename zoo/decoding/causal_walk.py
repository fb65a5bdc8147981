"""Markov chains over texts of a causal model."""

from typing import Any

import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.logit_rules.rule_chain import RuleChain
from ...layers.plain.logit_rules.suppress_tokens import SuppressTokens
from ...layers.plain.logit_rules.text_rule import listed_words
from ...layers.tensor_ops import TensorOps
from .masked_walk import with_token
from .sampling_decoder import SamplingDecoder, drawn_tokens

Phrases = tuple[tuple[tuple[int, ...], ...], ...]


def token_phrases(keywords: str, model: Any) -> Phrases:
    """The tokens of each word, with and without a space before it; see `listed_words`.

    Raises:
        UserError: an invalid list, or a word that is not in the model's vocabulary.
    """
    if not keywords:
        return ()
    book, words = model.token_book, listed_words("keywords", keywords)
    return tuple(
        tuple(dict.fromkeys(tuple(book.ids("keywords", text)) for text in (word, f" {word}")))[::-1] for word in words
    )


def joined(prompts: Any, sizes: Any, new: Any) -> Any:
    """Joins prompts int32 (B, P), padded on the right, and the new tokens of each (B, N), without a gap: (B, P + N)."""
    columns = tf.shape(new)[1]
    places = tf.range(tf.shape(prompts)[1] + columns)[tf.newaxis] - sizes[:, tf.newaxis]  # of the new text
    after = tf.gather(tf.pad(new, [[0, 0], [0, 1]]), tf.clip_by_value(places, 0, columns), batch_dims=1)
    before = tf.pad(prompts, tf.reshape(tf.stack([0, 0, 0, columns]), (2, 2)))
    return tf.where(places >= 0, after, before)


class CausalWalk:
    """The chain of `MetropolisHastingsDecoder` over a causal model.

    Args:
        chain: the decoder, whose options and random numbers are used.
        model: a `CausalLM`.
        token_ids: int32 (B, P), padded on the right; `lengths` int32 (B,).
        phrases: the phrases that texts must contain, see `token_phrases`.
        scorer: a `TextScorer`, or None.

    Raises:
        UserError: the model does not read a whole text at once.
    """

    def __init__(self, chain: Any, model: Any, token_ids: Any, lengths: Any, *, phrases: Phrases, scorer: Any):
        if not hasattr(model, "hidden_states"):
            raise UserError("metropolis_hastings reads whole texts, which this model does not: use sampling")
        self._chain, self._model, self._prompts, self._sizes = chain, model, token_ids, lengths
        self._phrases, self._scorer = phrases, scorer

    def walked(
        self,
        *,
        seeds: Any,
        rules: Any,
        max_tokens: Any,
        stop_ids: Any,
        num_results: int = 1,
        width: Any = None,
        ends: Any = None,
    ) -> dict[str, Any]:
        """The new tokens after all steps, in the form that `decode` returns."""
        del num_results, width, ends
        if any(rule.reads_history or rule.cuts for rule in rules):
            raise UserError(
                "metropolis_hastings takes no logit rule that looks at the text or cuts the distribution: use sampling"
            )
        size = self._model.config.vocabulary_size
        silent = SuppressTokens.of(stop_ids, size=size, ops=TensorOps)
        rules, chain = (*rules, silent), self._chain
        rule_chain = RuleChain(rules, ops=TensorOps)
        drawn = SamplingDecoder().decode(
            self._model,
            self._prompts,
            self._sizes,
            seeds=seeds,
            rules=rules,
            max_tokens=max_tokens,
            stop_ids=tf.zeros((0,), tf.int32),
        )
        counts = drawn["lengths"]  # the maximum length, since nothing ends a text
        new, free = self._with_keywords(drawn["token_ids"], counts), tf.maximum(counts, 1)
        moves = bool(self._phrases)

        def body(step, new, target, own):
            place = chain.turn(step // 2 if moves else step, free, seeds)
            logits = self._logits(new)  # (B, N, V)
            here = tf.gather(logits, place, batch_dims=1)
            beliefs = tf.nn.log_softmax(rule_chain.apply(here, None, [{} for _ in rules]))
            token = drawn_tokens(beliefs, chain.uniform(seeds, step, 2))
            old = tf.gather(new, place, batch_dims=1)
            proposed = with_token(new, place, token)
            odds = tf.gather(beliefs, old, batch_dims=1) - tf.gather(beliefs, token, batch_dims=1)
            if moves:
                odd = step % 2 == 1
                proposed = tf.where(odd, self._moved(new, counts, seeds, step), proposed)
                odds = tf.where(odd, 0.0, odds)
            its, its_own = self._target(proposed, counts)
            odds += its - target
            taken = (tf.math.log(chain.uniform(seeds, step, 3)) < odds) & (step < self._steps(counts))
            chosen = tf.where(taken[:, tf.newaxis], proposed, new), tf.where(taken, its, target)
            return step + 1, *chosen, tf.where(taken[:, tf.newaxis], its_own, own)

        steps = tf.reduce_max(tf.concat([[0], self._steps(counts)], axis=0))
        loop = (tf.constant(0), new, *self._target(new, counts))
        _, new, _, own = tf.while_loop(lambda step, *_: step < steps, body, loop)
        return {"token_ids": new, "lengths": counts, "log_probabilities": own}

    def _steps(self, counts):
        return self._chain.burn_in * counts * (2 if self._phrases else 1)

    def _logits(self, new):
        """The logits of each new token, (B, N, V)."""
        ids = joined(self._prompts, self._sizes, new)
        read = {"token_ids": ids, "padding_mask": tf.sequence_mask(self._sizes + tf.shape(new)[1], tf.shape(ids)[1])}
        if self._model.max_sequence_length is not None:  # the very last token is never read
            read = {name: value[:, : self._model.max_sequence_length] for name, value in read.items()}
        hidden = self._model.hidden_states(read)["hidden_states"]
        places = self._sizes[:, tf.newaxis] - 1 + tf.range(tf.shape(new)[1])[tf.newaxis]
        places = tf.minimum(places, tf.shape(hidden)[1] - 1)
        return tf.cast(self._model.head(tf.gather(hidden, places, batch_dims=1)), tf.float32)

    def _target(self, new, counts):
        """The unnormalized log-probability of each text, (B,), and log p of its tokens, (B, N)."""
        there = tf.sequence_mask(counts, tf.shape(new)[1])
        own = tf.gather(tf.nn.log_softmax(self._logits(new)), new, axis=2, batch_dims=2)
        own = tf.where(there, own, 0.0)
        target = tf.reduce_sum(own, axis=-1) / self._chain.temperature
        if self._scorer is not None:
            ids = joined(self._prompts, self._sizes, new)
            target += self._chain.weight * self._scorer.log_scores(ids, self._sizes + counts)
        for alternatives in self._phrases:
            found = tf.zeros_like(counts, tf.bool)
            for phrase in alternatives:
                found |= _holds(new, there, phrase)
            target = tf.where(found, target, float("-inf"))
        return target, own

    def _with_keywords(self, new, counts):
        """The same texts with the phrases in place of the first tokens."""
        first = [token for alternatives in self._phrases for token in alternatives[0]]
        if not first:
            return new
        fits = tf.reduce_all(counts >= len(first))
        rule = f"UserError: keywords are {len(first)} tokens, which do not fit: raise max_tokens"
        with tf.control_dependencies([tf.debugging.Assert(fits, [rule])]):
            kept = tf.identity(new)[:, len(first) :]
        return tf.concat([tf.tile(tf.constant([first], tf.int32), tf.stack([tf.shape(new)[0], 1])), kept], axis=1)

    def _moved(self, new, counts, seeds, step):
        """The texts with a stretch rotated by one position, forwards as often as backwards: a symmetric proposal."""
        one, other = (
            tf.cast(self._chain.uniform(seeds, step, use) * tf.cast(counts, tf.float32), tf.int32)[:, tf.newaxis]
            for use in (4, 5)
        )
        low, high = tf.minimum(one, other), tf.maximum(one, other)
        places = tf.broadcast_to(tf.range(tf.shape(new)[1])[tf.newaxis], tf.shape(new))
        turned = low + (places - low + tf.where(one < other, 1, -1)) % (high - low + 1)
        return tf.gather(new, tf.where((places >= low) & (places <= high), turned, places), batch_dims=1)


def _holds(new, there, phrase):
    """Whether the tokens of each row, without padding, contain a phrase, bool (B,)."""
    size = len(phrase)
    padded = tf.pad(tf.where(there, new, -1), [[0, 0], [0, size]], constant_values=-1)
    columns = tf.shape(new)[1]
    same = [padded[:, first : columns + first] == token for first, token in enumerate(phrase)]
    return tf.reduce_any(tf.reduce_all(tf.stack(same), axis=0), axis=-1)
