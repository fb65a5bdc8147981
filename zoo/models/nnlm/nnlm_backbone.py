"""The body of the feed-forward language models."""

from typing import Any

import keras
import tensorflow as tf

from ....layers.dense import Dense
from ....layers.dropout import Dropout
from ....layers.embeddings import TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.open_shape import shape_like
from ....layers.recurrent import last_tokens
from ..backbone import Backbone
from .nnlm_config import NNLMConfig


@keras.saving.register_keras_serializable(package="langzoo")
class NNLMBackbone(Backbone):
    """a = tanh(d + H x) of the vectors x of the last n - 1 words, with x appended for direct connections.

    Bengio et al. 2003, JMLR 3, equation 1; the head's product of both is their U a + W x. If a text has fewer previous
    words, their vectors are zeros. The state contains the previous words: `before` int32 (B, n - 2), 1 + each id, 0 for
    none.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}` and `state`; returns `{"hidden_states": (B, T,
    h or h + (n - 1) m), "state": dict}`.
    """

    family = "nnlm"

    def __init__(self, config: NNLMConfig, **kwargs):
        super().__init__(config, hidden_dim=config.output_dim, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.embedding_dim, initializer=self.initializer(), name="token_embedding"
        )
        self.input_dropout = Dropout(config.dropout, name="input_dropout")
        self.hidden = Dense(config.hidden_dim, activation="tanh", kernel_initializer=self.initializer(), name="hidden")
        self.output_dropout = Dropout(config.dropout, name="output_dropout")

    def input_dim_of(self, layer):
        """See `Backbone`."""
        return self.config.window_dim if layer is self.hidden else self.config.embedding_dim

    def build_head(self):
        """The softmax over the vocabulary."""
        return LanguageModelHead(self.config.vocabulary_size, kernel_initializer=self.initializer(), name="head")

    def initial_state(self, batch_size, max_length=None):
        """No previous words."""
        del max_length
        if self.config.order == 2:
            return {}
        return {"before": tf.zeros(tf.stack([tf.reshape(batch_size, ()), self.config.order - 2]), tf.int32)}

    def call(self, inputs, state=None, training=None):
        """See the class."""
        tokens, kept = tf.cast(inputs["token_ids"], tf.int32), self.config.order - 2
        before, mask = (state["before"] if state else None), inputs.get("padding_mask")
        windows, before = last_tokens(tokens, before, count=kept, padding_mask=mask)  # (B, T, n - 1)
        x = self.token_embedding(tf.maximum(windows - 1, 0))  # (B, T, n - 1, m)
        x = tf.where(windows[..., tf.newaxis] > 0, x, tf.zeros_like(x))
        x = tf.reshape(x, shape_like(tokens, 2, self.config.window_dim))
        x = self.input_dropout(x, training=training)
        a = self.output_dropout(self.hidden(x), training=training)
        hidden = tf.concat([a, x], axis=-1) if self.config.direct_connections else a
        return {"hidden_states": hidden, "state": {"before": before} if kept else {}}

    def initializer(self) -> Any:
        """See `Backbone`."""
        limit = self.config.initializer_range
        return keras.initializers.RandomUniform(-limit, limit)
