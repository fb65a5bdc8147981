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
    """Searches the tree of texts for the one that a scorer likes best (PUCT: Silver et al. 2017; for text, Chaffin et
    al. 2022, arXiv:2109.13582).

    Each of `calls` reads one text with the model: from the prompt, the child with the highest Q + c P sqrt(N) / (1 + n)
    is taken until there is a text that was not read, P being the model's probability of the token, N and n how often
    parent and child were visited, and Q the mean value below, made to lie from 0 to 1 among the values seen so far. The
    value of a text is the scorer's: the log-probability of a label, or by default the text's own. After `calls` the
    token that was visited most is written, and the search goes on below it. What is returned is the text of the highest
    value among all that were seen to their end.

    Args:
        calls: of the model for each token that is written.
        scorer: a run directory of a text classifier, or of a causal model with the same tokens (its mean
            log-probability per token); without one, the model's own log-probability of the whole text.
        label: of the classifier's labels the one that is wanted.
        candidates: the likeliest tokens that are tried after a text.
        exploration: c; more looks longer at what seems worse.
        rollout: likeliest tokens that are put after a text before it is judged, each one call more; 0 judges the
            beginning as it is.

    Raises:
        UserError: for a value out of its range, or a scorer that cannot be used.
    """

    in_graph: ClassVar[bool] = False
    _scorer: ClassVar[Any] = None  # of an instance, once opened
    _graphs: ClassVar[Any] = None

    calls: int = option(32, low=1, high=100_000, help="Texts that are read for each token that is written.")
    scorer: str = option("", fixed=True, help="A run that judges texts: a classifier, or a causal model.")
    label: str = option("", fixed=True, help="The classifier's label that is wanted.")
    candidates: int = option(16, low=1, high=1_024, help="The likeliest tokens that are tried.")
    exploration: float = option(1.0, help="More looks longer at what seems worse.")
    rollout: int = option(0, low=0, high=1_000, help="Tokens put after a text before it is judged.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.label and not self.scorer:
            raise UserError(f"label {self.label!r} is one of a scorer's: give the scorer, too")

    def reads_alone(self, rules):
        """See `Decoder.reads_alone`: every text has a tree of its own."""
        del rules
        return True

    def opened(self, model):
        """See `Decoder.opened`."""
        scorer = TextScorer.opened(self.scorer, model, label=self.label) if self.scorer else None
        return self.with_values({"_scorer": scorer, "_graphs": {}})

    def decode(self, model, token_ids, lengths, *, max_tokens, stop_ids, rules=(), **limits):
        """See `Decoder.decode`; of one prompt, outside of a graph."""
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

        # An encoder-decoder's start token is read step by step, and its source is of this call.
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
        """A compiled function that is made once."""
        if name not in self._graphs:
            signature = [tf.TensorSpec((1, None), tf.int32), tf.TensorSpec((1,), tf.int32)][:arguments]
            self._graphs[name] = tf.function(make(), input_signature=signature, autograph=False)
        return self._graphs[name]


def _stepped(model: Any) -> Any:
    def next_logits(ids, lengths):
        """One token after the other."""
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
