"""The body of the LSTMs that read a whole text."""

import keras

from ....layers.dropout import Dropout
from ....layers.embeddings import TokenEmbedding
from ....layers.recurrent import RecurrentEncoder
from ..backbone import EMBEDDINGS, Backbone
from .text_lstm_config import TextLSTMConfig


@keras.saving.register_keras_serializable(package="langzoo")
class TextLSTMBackbone(Backbone):
    """Token embedding and a stack of LSTMs in one direction or both; padding is skipped.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}`; returns `{"hidden_states": (B, T, H or 2H)}`.
    """

    family = "text_lstm"

    def __init__(self, config: TextLSTMConfig, **kwargs):
        super().__init__(config, hidden_dim=config.output_dim, **kwargs)
        self.token_embedding = TokenEmbedding(config.vocabulary_size, config.embedding_dim, name="token_embedding")
        self.input_dropout = Dropout(config.dropout, name="input_dropout")
        self.encoder = RecurrentEncoder(
            config.num_layers,
            hidden_dim=config.hidden_dim,
            bidirectional=config.directions == "both",
            dropout=config.dropout,
            name="encoder",
        )
        self.output_dropout = Dropout(config.dropout, name="output_dropout")

    def input_dim_of(self, layer):
        """See `Backbone`."""
        del layer
        return self.config.embedding_dim

    def layer_states(self, inputs):
        """See `Backbone`."""
        x, mask = self.token_embedding(inputs["token_ids"]), inputs.get("padding_mask")
        found = self.encoder(x, padding_mask=mask, return_layer_outputs=True)["layer_outputs"]
        return {EMBEDDINGS: x} | {f"layer {i}": states for i, states in enumerate(found, start=1)}

    def call(self, inputs, training=None):
        """See the class."""
        x = self.input_dropout(self.token_embedding(inputs["token_ids"]), training=training)  # (B, T, D)
        x = self.encoder(x, padding_mask=inputs.get("padding_mask"), training=training)["outputs"]
        return {"hidden_states": self.output_dropout(x, training=training)}
