"""The body of the regularised LSTM language models."""

from typing import Any

import keras
import tensorflow as tf

from ....layers.dropout import Dropout
from ....layers.embeddings import TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.recurrent import LSTM
from ..backbone import Backbone
from .awd_lstm_config import AWDLSTMConfig

ALL_STEPS = (None, 1, None)
"""The noise shape of dropout with one mask for all steps of a text."""


@keras.saving.register_keras_serializable(package="langzoo")
class AWDLSTMBackbone(Backbone):
    """Token embedding and stacked LSTMs with the dropouts of Merity et al. 2018 (arXiv:1708.02182), sections 2 and 4.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}` and `state` (a dict of h and c per layer);
    returns `{"hidden_states": (B, T, D), "undropped_states": (B, T, D), "state": dict}`, the undropped states being
    those before the last dropout.
    """

    family = "awd_lstm"

    def __init__(self, config: AWDLSTMConfig, **kwargs):
        super().__init__(config, hidden_dim=config.output_dim, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.embedding_dim, initializer=self.initializer(), name="token_embedding"
        )
        self.word_dropout = Dropout(config.embedding_dropout, name="word_dropout")
        self.input_dropout = Dropout(config.input_dropout, noise_shape=ALL_STEPS, name="input_dropout")
        self.lstms = [self._make_lstm(width, f"lstm_{i}") for i, width in enumerate(config.widths)]
        rates = [*[config.hidden_dropout] * (config.num_layers - 1), config.output_dropout]
        self.dropouts: list[Any] = [
            Dropout(rate, noise_shape=ALL_STEPS, name=f"dropout_{i}") for i, rate in enumerate(rates)
        ]

    def _make_lstm(self, width: int, name: str) -> LSTM:
        uniform = lambda: keras.initializers.RandomUniform(-(width**-0.5), width**-0.5)  # noqa: E731
        return LSTM(
            width,
            weight_drop=self.config.weight_drop,
            kernel_initializer=uniform(),
            recurrent_initializer=uniform(),
            return_sequences=True,
            return_state=True,
            name=name,
        )

    def input_dim_of(self, layer):
        """See `Backbone`."""
        below = [self.config.embedding_dim, *self.config.widths]
        return below[self.lstms.index(layer)] if layer in self.lstms else self.config.embedding_dim

    def build_head(self):
        """The softmax over the vocabulary."""
        tied = self.token_embedding if self.config.tie_embeddings else None
        return LanguageModelHead(
            self.config.vocabulary_size, token_embedding=tied, kernel_initializer=self.initializer(), name="head"
        )

    def initial_state(self, batch_size, max_length=None):
        """Zeros; the state does not grow."""
        del max_length
        widths = {f"{kind}_{i}": width for i, width in enumerate(self.config.widths) for kind in ("h", "c")}
        return {name: tf.zeros((batch_size, width), self.compute_dtype) for name, width in widths.items()}

    def call(self, inputs, state=None, training=None):
        """See the class."""
        token_ids, mask = inputs["token_ids"], inputs.get("padding_mask")
        x = self.token_embedding(token_ids)  # (B, T, D)
        if training and self.config.embedding_dropout:
            words = self.word_dropout(tf.ones((self.config.vocabulary_size, 1), x.dtype), training=True)
            x *= tf.gather(words, token_ids)
        x = self.input_dropout(x, training=training)
        state, new, undropped = state or self.initial_state(tf.shape(token_ids)[0]), {}, x
        for i, (lstm, dropout) in enumerate(zip(self.lstms, self.dropouts, strict=True)):
            start = [state[f"h_{i}"], state[f"c_{i}"]]
            undropped, new[f"h_{i}"], new[f"c_{i}"] = lstm(x, mask=mask, initial_state=start, training=training)
            x = dropout(undropped, training=training)
        return {"hidden_states": x, "undropped_states": undropped, "state": new}

    def initializer(self) -> Any:
        """See `Backbone`."""
        limit = self.config.initializer_range
        return keras.initializers.RandomUniform(-limit, limit)
