"""The body of the back-off models: the previous words."""

import keras
import tensorflow as tf

from ....layers.probabilistic import BackoffTable
from ....layers.recurrent import last_tokens
from ..backbone import Backbone
from .backoff_config import BackoffConfig


@keras.saving.register_keras_serializable(package="langzoo")
class BackoffBackbone(Backbone):
    """Passes the last n - 1 tokens on as the context of the next; the head looks the n-grams up.

    The last one is the input of `step`; the state contains those before it: `before` int32 (B, n - 2), 1 + each id, 0
    for none. The token that ends a text begins the next one. No n-gram crosses it, so the history starts again.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask"]}`; returns `{"hidden_states": int32 (B, T, n - 1),
    "state"}`, with width 1 for n = 1.
    """

    family = "backoff"

    def __init__(self, config: BackoffConfig, **kwargs):
        super().__init__(config, hidden_dim=max(config.order - 1, 1), **kwargs)

    def build_head(self):
        """The table."""
        config = self.config
        sizes = {"num_ngrams": config.num_ngrams, "longest_rows": config.longest_rows}
        return BackoffTable(config.vocabulary_size, **sizes, name="head")

    def initial_state(self, batch_size, max_length=None):
        """No token before."""
        del max_length
        if self.hidden_dim == 1:
            return {}
        return {"before": tf.zeros(tf.stack([tf.reshape(batch_size, ()), self.hidden_dim - 1]), tf.int32)}

    def call(self, inputs, state=None, training=None):
        """See the class."""
        del training
        tokens, kept = tf.cast(inputs["token_ids"], tf.int32), self.hidden_dim - 1
        if self.config.start_id != self.config.end_id:
            tokens = tf.where(tokens == self.config.end_id, self.config.start_id, tokens)
        if not kept:
            return {"hidden_states": tf.expand_dims(tokens + 1, -1), "state": {}}
        before = state["before"] if state else None
        windows, before = last_tokens(tokens, before, count=kept, padding_mask=inputs.get("padding_mask"))
        return {"hidden_states": windows, "state": {"before": before}}
