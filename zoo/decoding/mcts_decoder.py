"""Monte-Carlo tree search."""

import dataclasses
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.logit_rules.history import History
from ...layers.plain.logit_rules.rule_chain import RuleChain
from ...layers.plain.option import option
from ...layers.tensor_ops import TensorOps
from .decoder import Decoder
from .make_decoder import register_decoder
from .search_tree import SearchTree
from .text_scorer import TextScorer


@register_decoder("mcts")
@dataclasses.dataclass(frozen=True, kw_only=True)
class MCTSDecoder(Decoder):
    """Searches the tree of texts for the one with the highest score (PUCT: Silver et al. 2017; for text, Chaffin et
    al. 2022, arXiv:2109.13582).

    Each of `calls` reads one text with the model: from the prompt, the child with the highest Q + c P sqrt(N) / (1 + n)
    is chosen until there is an unread text, where P is the model's probability of the token, N and n are the visit
    counts of parent and child, and Q is the mean value below, scaled from 0 to 1 by the values seen so far. The
    value of a text is the scorer's: the log-probability of a label, or by default the text's own. After `calls`, the
    most visited token is generated, and the search continues below it. The result is the text of the highest value
    among all complete ones.

    Args:
        calls: the number of calls of the model per generated token.
        scorer: the run directory of a text classifier, or of a causal model with the same tokens (its mean
            log-probability per token); by default the model's own log-probability of the whole text.
        label: the desired label of the classifier.
        candidates: the number of most likely tokens to try after a text.
        exploration: c; higher values spend more calls on less promising texts.
        rollout: the number of most likely tokens to append to a text before it is scored, each of which costs a call; 0
            scores the beginning as it is.

    Raises:
        UserError: a value is out of range, or the scorer cannot be used.
    """

    in_graph: ClassVar[bool] = False
    _scorer: ClassVar[Any] = None  # set per instance, once opened
    _graphs: ClassVar[Any] = None

    calls: int = option(32, low=1, high=100_000, help="Number of texts read per generated token.")
    scorer: str = option("", fixed=True, help="Run of a model that scores texts: a classifier, or a causal model.")
    label: str = option("", fixed=True, help="The desired label of the classifier.")
    candidates: int = option(16, low=1, high=1_024, help="Number of most likely tokens to try.")
    exploration: float = option(1.0, help="Higher values spend more calls on less promising texts.")
    rollout: int = option(0, low=0, high=1_000, help="Number of tokens appended to a text before it is scored.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.label and not self.scorer:
            raise UserError(f"label {self.label!r} needs a scorer: give one, too")

    def reads_alone(self, rules):
        """See `Decoder.reads_alone`: every text has a tree of its own."""
        del rules
        return True

    def opened(self, model):
        """See `Decoder.opened`."""
        scorer = TextScorer.opened(self.scorer, model, label=self.label) if self.scorer else None
        return self.with_values({"_scorer": scorer, "_graphs": {}})

    def decode(self, model, token_ids, lengths, *, max_tokens, stop_ids, rules=(), **limits):
        """See `Decoder.decode`; for a single prompt, outside of a graph."""
        del limits
        prompt = np.asarray(token_ids)[0, : int(np.asarray(lengths)[0])]
        room = int(np.asarray(max_tokens))
        if model.max_sequence_length is not None:
            room = min(room, model.max_sequence_length - len(prompt) + 1)
        read = self._reader(model, rules, stop_ids)
        search = SearchTree(
            read=lambda new: read(prompt, new),
            value=None if self._scorer is None else lambda new: self._judged(prompt, new),
            stop_ids={int(token) for token in np.asarray(stop_ids)},
            room=room,
            candidates=int(np.asarray(self.candidates)),
            exploration=float(np.asarray(self.exploration)),
            rollout=int(np.asarray(self.rollout)),
        )
        new, log_probabilities = search.best_text(int(np.asarray(self.calls)))
        return {
            "token_ids": tf.constant([new], tf.int32, shape=[1, len(new)]),
            "lengths": tf.constant([len(new)], tf.int32),
            "log_probabilities": tf.constant([log_probabilities], tf.float32, shape=[1, len(new)]),
        }

    def _judged(self, prompt: np.ndarray, new: list[int]) -> float:
        ids = np.array([[*prompt, *new]], np.int32)
        graph = self._kept("judge", lambda: self._scorer.log_scores, 2)
        return float(graph(tf.constant(ids), tf.constant([int(ids.shape[1] or 0)], tf.int32))[0])

    def _reader(self, model: Any, rules: Any, stop_ids: Any) -> Any:
        """A function of a prompt and new tokens: log p of the next token, and the same after the logit rules, (V,)."""
        chain, stops = RuleChain(rules, ops=TensorOps), TensorOps.row(stop_ids, int)

        def next_logits(ids, lengths):
            inputs = {"token_ids": ids, "padding_mask": tf.sequence_mask(lengths, tf.shape(ids)[1])}
            found, _ = model.prefill(inputs, model.initial_state(1, tf.shape(ids)[1]))
            return tf.nn.log_softmax(tf.cast(found, tf.float32))

        # The start token of an encoder-decoder is read step by step, and its source belongs to this call.
        bound = not hasattr(model, "hidden_states")
        graph = (
            tf.function(_stepped(model), reduce_retracing=True) if bound else self._kept("read", lambda: next_logits, 2)
        )

        def read(prompt, new):
            ids = tf.constant([[*prompt, *new]], tf.int32)
            scores = graph(ids, tf.constant([int(ids.shape[1] or 0)], tf.int32))
            row = tf.constant([prompt], tf.int32)
            memory = chain.start(row, tf.constant([len(prompt)]), TensorOps.width(scores))
            for token in new if tf.nest.flatten(memory) else ():
                memory = chain.advance(memory, tf.constant([token], tf.int32))
            history = History(
                prompt_ids=row,
                lengths=tf.constant([len(prompt)]),
                new_ids=tf.constant([new], tf.int32, shape=[1, len(new)]),
                step=len(new),
                ops=TensorOps,
                stop_ids=stops,
                finished=tf.constant([False]),
            )
            ruled = chain.apply(scores, history, memory)
            return scores[0].numpy(), tf.nn.log_softmax(ruled)[0].numpy()

        return read

    def _kept(self, name: str, make: Any, arguments: int) -> Any:
        """A compiled function that is created once."""
        if name not in self._graphs:
            signature = [tf.TensorSpec((1, None), tf.int32), tf.TensorSpec((1,), tf.int32)][:arguments]
            self._graphs[name] = tf.function(make(), input_signature=signature, autograph=False)
        return self._graphs[name]


def _stepped(model: Any) -> Any:
    def next_logits(ids, lengths):
        """Reads one token after the other."""
        del lengths
        state = model.initial_state(1, tf.shape(ids)[1])
        first = ids[:, :1]
        found, state = model.prefill({"token_ids": first, "padding_mask": tf.ones_like(first, tf.bool)}, state)

        def body(place, found, state):
            del found
            logits, state = model.step(ids[:, place], state)
            return place + 1, logits, state

        loop = (tf.constant(1), found, state)
        _, found, _ = tf.while_loop(lambda place, *_: place < tf.shape(ids)[1], body, loop)
        return tf.nn.log_softmax(tf.cast(found, tf.float32))

    return next_logits
