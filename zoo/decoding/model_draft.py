"""Drafts from a smaller model."""

from typing import Any

import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.option import LEAST
from .sampling_decoder import SamplingDecoder, drawn_tokens


def opened_draft(path: str, model: Any) -> Any:
    """Opens the model of a run that drafts for another model or scores its texts.

    Raises:
        UserError: there is no run, or it has another task or other tokens.
    """
    from ..load import load

    draft = load(path)
    if not hasattr(draft, "hidden_states") or not hasattr(draft, "initial_state"):
        raise UserError(f"{path} is a {draft.task} model, which writes no text: give the run of a causal_lm")
    if draft.task == "latent_lm":
        raise UserError(f"{path} is a latent_lm model, which has no probability of a text: give the run of a causal_lm")
    ours, theirs = model.tokenizer, draft.tokenizer
    same = theirs is not None and ours.tokens == theirs.tokens
    if not same or model.config.vocabulary_size != draft.config.vocabulary_size:
        raise UserError(f"{path} has other tokens than the model: train it with the tokenizer of the model's run")
    return draft


def within_positions(judge: Any, token_ids: Any, lengths: Any) -> Any:
    """In a graph: the ids (B, T) of texts without columns beyond the positions of a scorer, which may only be padding.

    A text of `lengths` (B,) tokens that does not fit stops the graph with a `UserError`; the last token is never read.
    """
    longest = judge.max_sequence_length
    if longest is None:
        return token_ids
    rule = f"UserError: the scorer reads at most {longest:,} tokens of a text: lower max_tokens"
    with tf.control_dependencies([tf.debugging.Assert(tf.reduce_all(lengths - 1 <= longest), [rule])]):
        return tf.identity(token_ids)[:, : longest + 1]


class ModelDraft:
    """Proposes tokens drawn from a smaller model, for `SpeculativeDecoder`.

    Args:
        model: the smaller model.
        sampling: the decoder whose temperature and cuts it samples with.
    """

    def __init__(self, model: Any, sampling: SamplingDecoder):
        self._model, self._sampling = model, sampling
        self.max_sequence_length: int | None = model.max_sequence_length

    def start(self, inputs: Any, batch: Any, slots: Any) -> Any:
        """The state after the tokens read from the prompts."""
        longest = self.max_sequence_length
        slots = slots if longest is None else tf.minimum(slots, longest)
        return self.read(self._model.initial_state(batch, slots), inputs)

    def read(self, state: Any, inputs: Any) -> Any:
        """The state after more tokens, right-padded."""
        return self._model.hidden_states(inputs, state)["state"]

    def has_proposals(self, **text: Any) -> bool:
        """Whether there is anything to propose: always."""
        del text
        return True

    def propose(self, state: Any, count: int, *, last: Any, uniform: Any, **text: Any) -> tuple[Any, list[Any]]:
        """Proposes the next tokens int32 (B, count), and for each the log-probabilities (B, V) that it was drawn from.

        Args:
            state: the state after all but the last token.
            count: the number of tokens.
            last: int32 (B,), the last token.
            uniform: a function of the place and a size: numbers in (0, 1), (B, size).
            **text: the inputs of other drafts.
        """
        del text
        tokens, beliefs = [], []
        for place in range(count):
            logits, state = self._model.step(last, state)
            logits = tf.cast(logits, tf.float32)
            greedy = tf.one_hot(tf.argmax(logits, axis=-1), tf.shape(logits)[-1], on_value=0.0, off_value=-1e9)
            drawn = tf.reshape(self._sampling.temperature >= LEAST, (-1, 1))
            beliefs.append(tf.where(drawn, tf.nn.log_softmax(self._sampling.cut_scores(logits)), greedy))
            last = drawn_tokens(beliefs[-1], uniform(place, 1)[:, 0])
            tokens.append(last)
        return tf.stack(tokens, axis=1) if tokens else tf.zeros((tf.shape(last)[0], 0), tf.int32), beliefs
