"""Speculative decoding."""

import dataclasses
from typing import Any, ClassVar, Literal

import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.logit_rules.history import History
from ...layers.plain.logit_rules.rule_chain import RuleChain
from ...layers.plain.option import LEAST, option
from ...layers.random_bits import random_table
from ...layers.tensor_ops import TensorOps
from .looked_up_draft import LookedUpDraft
from .make_decoder import register_decoder
from .model_draft import ModelDraft, opened_draft
from .sampling_decoder import SamplingDecoder, drawn_tokens
from .to_the_right import to_the_right


@register_decoder("speculative")
@dataclasses.dataclass(frozen=True, kw_only=True)
class SpeculativeDecoder(SamplingDecoder):
    """Greedy decoding or sampling, several tokens at a time: drafts are verified at once (Leviathan et al. 2023).

    A token of the draft is accepted with probability min(1, p / q), and the first rejected one is drawn again from the
    excess of p over q (algorithm 1): the text has the model's own distribution, whatever the draft is. With a
    temperature of 0 a token is accepted if it is the most likely one, and the text is that of greedy decoding.

    Args:
        draft: the run directory of a smaller model with the same tokens; by default, the draft is what followed the
            previous occurrence of the last tokens of the text (prompt look-up, Saxena 2023).
        draft_tokens: the number of tokens proposed at a time.
        temperature: 0, the default, is greedy; the other options are those of sampling.

    Raises:
        UserError: a value is out of range, or the draft model cannot be used.
    """

    _draft: ClassVar[Any] = None  # the model, set per instance
    reads: ClassVar[Literal["logits", "log_probabilities"]] = "logits"

    temperature: float = option(0.0, help="0 is greedy; 1 draws from the model's own probabilities.")
    draft: str = option("", fixed=True, help="Run of a smaller model with the same tokens; by default prompt look-up.")
    draft_tokens: int = option(4, low=1, high=64, fixed=True, help="Number of tokens proposed at a time.")

    def reads_alone(self, rules):
        """See `Decoder.reads_alone`: rows advance by unequal numbers of tokens, and rules look at one column of all."""
        return any(rule.reads_history for rule in rules)

    def opened(self, model):
        """See `Decoder.opened`."""
        return self.with_values({"_draft": opened_draft(self.draft, model)}) if self.draft else self

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
        del num_results
        if not hasattr(model, "hidden_states"):
            raise UserError("speculative decoding reads several tokens at once, which this model cannot: use sampling")
        chain = RuleChain(rules, ops=TensorOps)
        batch, most = tf.shape(token_ids)[0], self.draft_tokens
        if tf.nest.flatten(chain.start(token_ids, lengths, model.config.vocabulary_size)):
            raise UserError("speculative decoding takes no logit rule with a state of its own: use sampling")
        drafts: Any = LookedUpDraft() if self._draft is None else ModelDraft(self._draft, self)
        longest = min((each for each in (model.max_sequence_length, drafts.max_sequence_length) if each), default=None)
        if model.max_sequence_length is not None:
            max_tokens = tf.minimum(max_tokens, model.max_sequence_length)
        columns = tf.maximum(tf.reduce_max(max_tokens), 1) if width is None else width
        room = tf.broadcast_to(tf.minimum(max_tokens, columns), (batch,))
        if model.max_sequence_length is not None:
            room = tf.minimum(room, model.max_sequence_length - lengths + 1)
        slots = tf.shape(token_ids)[1] + columns + most + 1
        slots = slots if model.max_sequence_length is None else tf.minimum(slots, model.max_sequence_length)
        aligned, stops = to_the_right(token_ids, lengths), TensorOps.row(stop_ids, int)
        # All but the last token are read; the last one is read with the draft after it.
        before = {"token_ids": token_ids, "padding_mask": tf.sequence_mask(lengths - 1, tf.shape(token_ids)[1])}
        state = model.hidden_states(before, model.initial_state(batch, slots))["state"]
        draft_state = drafts.start(before, batch, slots)
        last = tf.gather(token_ids, lengths - 1, batch_dims=1)
        new = {
            "token_ids": tf.zeros((batch, columns + most + 1), tf.int32),
            "log_probabilities": tf.zeros((batch, columns + most + 1)),
            "lengths": tf.zeros((batch,), tf.int32),
            "finished": tf.zeros((batch,), tf.bool),
        }

        rewound = model.backbone.rewound

        def uniform(turn, place, size):
            return random_table(seeds, tf.fill((batch,), place), turn, size)

        def probabilities(logits, new_ids, step, finished):
            """log p of the next token (B, V), after rules, temperature and cuts; one-hot if greedy."""
            history = History(
                prompt_ids=aligned,
                lengths=lengths,
                new_ids=new_ids,
                step=step,
                ops=TensorOps,
                stop_ids=stops,
                finished=finished,
            )
            scores = chain.apply(logits, history, [{} for _ in rules])
            greedy = tf.one_hot(tf.argmax(scores, axis=-1), tf.shape(scores)[-1], on_value=0.0, off_value=-1e9)
            cut = tf.nn.log_softmax(self.cut_scores(scores, cut=chain.cut))
            return tf.where(tf.reshape(self.temperature >= LEAST, (-1, 1)), cut, greedy)

        def turn_of(count):
            """Makes a turn that proposes `count` tokens and accepts between 1 and `count` + 1."""

            def turn(number, last, state, draft_state, new):
                context = {"prompt_ids": aligned, "lengths": lengths, "new": new, "last": last}
                proposed, beliefs = drafts.propose(
                    draft_state, count, **context, uniform=lambda place, size: uniform(number, 2 * place, size)
                )  # (B, count), and log q of each, (B, V) or None if the draft is certain
                read = tf.concat([last[:, tf.newaxis], proposed], axis=1)  # (B, count + 1)
                verified = model.hidden_states({"token_ids": read}, state)
                logits = tf.cast(model.head(verified["hidden_states"]), tf.float32)  # (B, count + 1, V)
                goes_on, kept = ~new["finished"], tf.zeros((batch,), tf.int32)  # tokens read for good, except `last`
                for place in range(count + 1):
                    model_log = tf.nn.log_softmax(logits[:, place])
                    # Rules that look at the text get a single row, see `reads_alone`.
                    target = probabilities(logits[:, place], new["token_ids"], tf.reduce_max(new["lengths"]), ~goes_on)
                    if place < count:
                        offered = proposed[:, place]
                        p = tf.exp(tf.gather(target, offered, batch_dims=1))
                        q = 1.0 if beliefs is None else tf.exp(tf.gather(beliefs[place], offered, batch_dims=1))
                        stays = uniform(number, 2 * place + 1, 1)[:, 0] * q < p
                        sure = tf.one_hot(offered, tf.shape(target)[-1])
                        rest = tf.exp(target) - (sure if beliefs is None else tf.exp(beliefs[place]))
                        rest = tf.math.log(tf.maximum(rest, 0.0))
                        nothing = tf.reduce_all(tf.math.is_inf(rest), axis=-1, keepdims=True)  # it is always accepted
                        rest = tf.where(nothing, target, rest)
                    else:
                        offered, stays, rest = tf.zeros_like(last), tf.zeros_like(goes_on), target
                    redrawn = drawn_tokens(rest, uniform(number, 2 * count + 2 + place, 1)[:, 0])
                    token = tf.where(stays, offered, redrawn)
                    new = _with_token(new, token, model_log, goes_on, stop_ids, room)
                    last = tf.where(goes_on, token, last)
                    kept += tf.cast(goes_on & stays, tf.int32)
                    goes_on &= stays & ~new["finished"]
                # Read for good: the token before, and the accepted draft tokens.
                # The newly drawn token after them is read in the next turn.
                counts = tf.where(new["finished"], 0, kept + 1)
                read = {"token_ids": read, "padding_mask": tf.sequence_mask(counts, count + 1)}
                state = rewound(state, verified["state"], counts) or model.hidden_states(read, state)["state"]
                return number + 1, last, state, drafts.read(draft_state, read), new

            return turn

        def body(number, last, state, draft_state, new):
            loop = (number, last, state, draft_state, new)
            drafted = drafts.has_proposals(prompt_ids=aligned, lengths=lengths, new=new)
            if longest is not None:
                drafted &= tf.reduce_max(lengths + tf.where(new["finished"], 0, new["lengths"])) + most <= longest
            if drafted is True:
                return turn_of(most)(*loop)
            return tf.cond(drafted, lambda: turn_of(most)(*loop), lambda: turn_of(0)(*loop))

        loop = (tf.constant(0), last, state, draft_state, new)
        *_, new = tf.while_loop(lambda *loop: ~tf.reduce_all(loop[-1]["finished"]), body, loop)
        kept = columns if width is not None else tf.reduce_max(tf.concat([[0], new["lengths"]], axis=0))
        return {name: new[name] if name == "lengths" else new[name][:, :kept] for name in new if name != "finished"}


def _with_token(new, token, log_probabilities, goes_on, stop_ids, room):
    """Appends a token to every unfinished row, unless it is a stop token, which ends the text."""
    stops = tf.reduce_any(token[:, tf.newaxis] == stop_ids[tf.newaxis], axis=-1)
    written = goes_on & ~stops
    column = tf.one_hot(new["lengths"], tf.shape(new["token_ids"])[1], on_value=True, off_value=False, dtype=tf.bool)
    here = written[:, tf.newaxis] & column
    chosen = tf.gather(log_probabilities, token, batch_dims=1)
    lengths = new["lengths"] + tf.cast(written, tf.int32)
    return {
        "token_ids": tf.where(here, token[:, tf.newaxis], new["token_ids"]),
        "log_probabilities": tf.where(here, chosen[:, tf.newaxis], new["log_probabilities"]),
        "lengths": lengths,
        "finished": new["finished"] | (goes_on & stops) | (lengths >= room),
    }
