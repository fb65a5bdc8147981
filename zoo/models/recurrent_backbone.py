"""The base class of the bodies of recurrent language models."""

from typing import Any

import keras

from ...layers.embeddings import TokenEmbedding
from ...layers.heads import LanguageModelHead
from ...layers.recurrent import RecurrentEncoder
from .backbone import EMBEDDINGS, Backbone


class RecurrentBackbone(Backbone):
    """Token embedding and a stack of recurrent layers, with dropout as in Zaremba et al. 2014 (arXiv:1409.2329).

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}` and `state` (a dict of h, and for LSTMs c, per
    layer); returns `{"hidden_states": (B, T, H), "state": dict}`.

    Args:
        config: a `RecurrentConfig`.
        **kwargs: arguments of `keras.layers.Layer`.
    """

    def __init__(self, config: Any, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size,
            config.embedding_dim,
            initializer=self.initializer(),
            name="token_embedding",
        )
        self.input_dropout = keras.layers.Dropout(config.dropout, name="input_dropout")
        self.encoder = RecurrentEncoder(
            config.num_layers,
            hidden_dim=config.hidden_dim,
            cell=config.cell,
            dropout=config.dropout,
            recurrent_dropout=config.recurrent_dropout,
            norm=config.norm,
            residual=config.residual,
            kernel_initializer=self.initializer(),
            name="encoder",
            **self.cell_options(),
        )
        self.output_dropout = keras.layers.Dropout(config.dropout, name="output_dropout")

    def cell_options(self) -> dict[str, Any]:
        """The arguments of `RecurrentEncoder` that only the cells of this family have."""
        return {}

    def input_dim_of(self, layer):
        """See `Backbone`."""
        del layer
        return self.config.embedding_dim

    def build_head(self):
        """The softmax over the vocabulary."""
        tied = self.token_embedding if self.config.tie_embeddings else None
        return LanguageModelHead(
            self.config.vocabulary_size, token_embedding=tied, kernel_initializer=self.initializer(), name="head"
        )

    def initial_state(self, batch_size, max_length=None):
        """Zeros; the state does not grow."""
        del max_length
        return self.encoder.initial_state(batch_size)

    def layer_states(self, inputs):
        """See `Backbone`."""
        x, mask = self.token_embedding(inputs["token_ids"]), inputs.get("padding_mask")
        found = self.encoder(x, padding_mask=mask, return_layer_outputs=True)["layer_outputs"]
        return {EMBEDDINGS: x} | {f"layer {i}": states for i, states in enumerate(found, start=1)}

    def call(self, inputs, state=None, training=None):
        """See the class."""
        x = self.token_embedding(inputs["token_ids"])  # (B, T, D)
        x = self.input_dropout(x, training=training)
        out = self.encoder(x, state=state, padding_mask=inputs.get("padding_mask"), training=training)
        return {"hidden_states": self.output_dropout(out["outputs"], training=training), "state": out["state"]}

    def initializer(self) -> Any:
        """See `Backbone`."""
        limit = self.config.initializer_range
        return keras.initializers.RandomUniform(-limit, limit)
