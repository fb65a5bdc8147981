"""The body of the models that count: the context itself."""

import keras
import tensorflow as tf

from ....layers.probabilistic import BigramTable, TrigramTable, UnigramTable
from ....layers.probabilistic.trigram_table import context_keys
from ..backbone import Backbone
from .ngram_config import NgramConfig


@keras.saving.register_keras_serializable(package="langzoo")
class NgramBackbone(Backbone):
    """Passes each token on as the context of the next; the head looks the counts up.

    A context of one token is the token that `step` is given, so there is no state. That of a trigram is the key of two,
    of which the state holds the first: `before` int32 (B,), 1 + the token read last, 0 before any.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask"]}`; returns `{"hidden_states": int (B, T), "state"}`.
    """

    family = "ngram"

    def __init__(self, config: NgramConfig, **kwargs):
        super().__init__(config, hidden_dim=1, **kwargs)

    def build_head(self):
        """The table of counts."""
        config = self.config
        if config.order == 1:
            return UnigramTable(config.vocabulary_size, pseudo_count=config.pseudo_count, name="head")
        if config.order == 3:
            return TrigramTable(
                config.vocabulary_size,
                num_contexts=config.num_contexts,
                num_trigrams=config.num_trigrams,
                pseudo_count=config.pseudo_count,
                name="head",
            )
        return BigramTable(
            config.vocabulary_size,
            num_bigrams=config.num_bigrams,
            prior_strength=config.prior_strength,
            pseudo_count=config.pseudo_count,
            name="head",
        )

    def initial_state(self, batch_size, max_length=None):
        """Nothing to carry, or no token before."""
        del max_length
        return {"before": tf.zeros(tf.reshape(batch_size, (1,)), tf.int32)} if self.config.order == 3 else {}

    def call(self, inputs, state=None, training=None):
        """See the class."""
        del training
        tokens = inputs["token_ids"]
        if self.config.order < 3:
            return {"hidden_states": tokens, "state": {}}
        tokens = tf.cast(tokens, tf.int32)
        before = state["before"] if state else tf.zeros_like(tokens[:, 0])
        firsts = tf.concat([before[:, tf.newaxis], tokens + 1], axis=1)  # (B, T + 1)
        keys = context_keys(firsts[:, :-1], tokens, self.config.vocabulary_size)
        mask = inputs.get("padding_mask")
        if mask is None:
            before = firsts[:, -1]
        else:
            before = tf.gather(firsts, tf.reduce_sum(tf.cast(mask, tf.int32), axis=-1), batch_dims=1)
        return {"hidden_states": keys, "state": {"before": before}}
