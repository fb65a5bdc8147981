"""The body of the hidden Markov models."""

import itertools

import keras
import numpy as np
import tensorflow as tf

from ....layers.probabilistic import HiddenMarkovHead, HiddenMarkovModel
from ...state_map import draw_states, long_run_shares
from ..backbone import Backbone
from .hmm_config import HMMConfig

TOP_WORDS = 12


@keras.saving.register_keras_serializable(package="langzoo")
class HMMBackbone(Backbone):
    """The belief about the state of the next token: log p(z | the tokens so far).

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}` and `state`, `forward` float32 (B, K), 0 before
    any token; returns `{"hidden_states": float32 (B, T, K), "state": dict}`. The token that ends a text begins the next
    one: the belief about its first state is the initial distribution.
    """

    family = "hmm"

    def __init__(self, config: HMMConfig, **kwargs):
        kwargs.setdefault("dtype", "float32")  # so that the belief is not rounded between steps
        super().__init__(config, hidden_dim=config.num_states, **kwargs)
        self.markov = HiddenMarkovModel(
            config.num_states,
            vocabulary_size=config.vocabulary_size,
            restart_ids=sorted({config.start_id, config.end_id}),
            initializer=keras.initializers.RandomNormal(stddev=config.initializer_range),
            name="markov",
        )

    def build_head(self):
        """The emissions."""
        return HiddenMarkovHead(self.markov, name="head")

    def initial_state(self, batch_size, max_length=None):
        """No belief yet; the state does not grow."""
        del max_length
        return {"forward": tf.zeros(tf.stack([tf.reshape(batch_size, ()), self.hidden_dim]))}

    def call(self, inputs, state=None, training=None):
        """See the class."""
        del training
        tokens = inputs["token_ids"]
        forward = state["forward"] if state else tf.zeros((tf.shape(tokens)[0], self.hidden_dim))
        found, forward = self.markov(tokens, forward, padding_mask=inputs.get("padding_mask"))
        return {"hidden_states": found, "state": {"forward": forward}}

    def best_states(self, rows):
        """The most probable state of every token (Viterbi 1967), a list of states per list of ids."""
        pieces, restarts = [], {self.config.start_id, self.config.end_id}
        for row in rows:
            ends = [place + 1 for place, token in enumerate(row) if token in restarts]
            bounds = sorted({0, len(row), *ends})
            pieces.append([row[start:stop] for start, stop in itertools.pairwise(bounds)])
        flat = [piece for each in pieces for piece in each]
        if not flat:
            return [[] for _ in rows]
        lengths = np.array([len(piece) for piece in flat], np.int32)
        padded = np.zeros((len(flat), max(lengths)), np.int32)
        for place, piece in enumerate(flat):
            padded[place, : len(piece)] = piece
        found = iter(self._viterbi()(padded, lengths).numpy())
        return [[state for piece in each for state in next(found)[: len(piece)].tolist()] for each in pieces]

    def card_sections(self, tokens):
        """The words that each state emits most often, for the model card."""
        initial, transitions, emissions = self.markov.probabilities()
        often = long_run_shares(initial, transitions)
        lines = [
            f"- {state} ({often[state]:.1%}): "
            + ", ".join(f"`{tokens[word]}`" for word in np.argsort(-emissions[state], kind="stable")[:TOP_WORDS])
            for state in np.argsort(-often, kind="stable")
        ]
        return {"States": "Share of tokens, and the words that each emits most often:\n\n" + "\n".join(lines)}

    def pictures(self, tokens, *, title):
        """The transitions between the states, with the words that each emits most often."""
        return {"states": draw_states(self.markov.probabilities(), tokens, title=f"States of {title}")}

    def _viterbi(self):
        if not hasattr(self, "_graph"):
            specs = [tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None,), tf.int32)]
            self._graph = tf.function(self.markov.best_states, input_signature=specs, autograph=False)
        return self._graph
