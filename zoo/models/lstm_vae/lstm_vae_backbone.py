"""The body of the variational autoencoders of sentences."""

from typing import Any

import keras
import tensorflow as tf

from ....layers.dense import Dense
from ....layers.embeddings import TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.probabilistic import MixturePrior, NormalPrior, TreePrior
from ....layers.recurrent import RecurrentEncoder
from ..backbone import Backbone
from .lstm_vae_config import LSTMVAEConfig


@keras.saving.register_keras_serializable(package="langzoo")
class LSTMVAEBackbone(Backbone):
    """An encoder of sentences, a prior of their vectors, and a decoder that reads the vector at every step.

    `encode` reads whole sentences and returns q(z | x) = N(mean, exp(log_variance)), from the final states of the
    encoder. The initial state of the decoder is computed from z (h by tanh), and each step reads the token and z.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)][, "latent": (B, Z)]}` and `state` (dict of h and
    c a layer, and `latent`), None for the start of a sentence from the latent vector, that of the prior's mean unless
    it is given; returns `{"hidden_states": (B, T, H), "state": dict}`.
    """

    family = "lstm_vae"

    def __init__(self, config: LSTMVAEConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.embedding_dim, initializer=self.initializer(), name="token_embedding"
        )
        self.input_dropout = keras.layers.Dropout(config.dropout, name="input_dropout")
        self.encoder, self.decoder = (
            RecurrentEncoder(
                config.num_layers,
                hidden_dim=config.hidden_dim,
                bidirectional=both,
                dropout=config.dropout,
                kernel_initializer=self.initializer(),
                name=name,
            )
            for name, both in (("encoder", config.bidirectional), ("decoder", False))
        )
        self.posterior = Dense(2 * config.latent_dim, kernel_initializer=self.initializer(), name="posterior")
        self.prior: Any = self._make_prior()
        first = 2 * config.num_layers * config.hidden_dim
        self.first_state = Dense(first, kernel_initializer=self.initializer(), name="first_state")
        self.output_dropout = keras.layers.Dropout(config.dropout, name="output_dropout")

    def _make_prior(self) -> keras.layers.Layer:
        config = self.config
        if config.prior == "mixture":
            return MixturePrior(config.latent_dim, num_components=config.num_components, name="prior")
        if config.prior == "tree":
            shape = {"depth": config.tree_depth, "branching": config.tree_branching}
            return TreePrior(config.latent_dim, **shape, name="prior")
        return NormalPrior(config.latent_dim, name="prior")

    def input_dim_of(self, layer):
        """See `Backbone`."""
        config = self.config
        widths = {
            "posterior": config.hidden_dim * (2 if config.bidirectional else 1),
            "first_state": config.latent_dim,
            "decoder": config.embedding_dim + config.latent_dim,
        }
        return widths.get(layer.name, config.embedding_dim)

    def build_head(self):
        """The softmax over the vocabulary."""
        return LanguageModelHead(self.config.vocabulary_size, kernel_initializer=self.initializer(), name="head")

    def encode(self, inputs, training=None):
        """q(z | x) of sentences, `token_ids` (B, T) and `padding_mask`: `mean`, `log_variance`, float32 (B, Z)."""
        x = self.input_dropout(self.token_embedding(inputs["token_ids"]), training=training)
        out = self.encoder(x, padding_mask=inputs.get("padding_mask"), training=training)
        read, half = out["outputs"], self.config.hidden_dim
        # Padding repeats the last output, so the forward LSTM ends in the last column, the backward one in column 0.
        ends = tf.concat([read[:, -1, :half], read[:, 0, half:]], axis=-1) if self.config.bidirectional else read[:, -1]
        mean, log_variance = tf.split(tf.cast(self.posterior(ends), tf.float32), 2, axis=-1)
        return {"mean": mean, "log_variance": log_variance}

    def start_state(self, latent):
        """The state before any token of sentences with these vectors, (B, Z)."""
        latent = tf.cast(latent, self.compute_dtype)
        parts = tf.split(self.first_state(latent), 2 * self.config.num_layers, axis=-1)
        state = {f"h_{i}": tf.tanh(part) for i, part in enumerate(parts[: self.config.num_layers])}
        state |= {f"c_{i}": part for i, part in enumerate(parts[self.config.num_layers :])}
        return {**state, "latent": latent}

    def initial_state(self, batch_size, max_length=None):
        """The state of the prior's mean; the state does not grow."""
        del max_length
        mean = self.prior.mean()
        return self.start_state(tf.broadcast_to(mean, tf.stack([tf.reshape(batch_size, ()), tf.shape(mean)[0]])))

    def call(self, inputs, state=None, training=None):
        """See the class."""
        token_ids, latent = inputs["token_ids"], inputs.get("latent")
        if state is None:
            state = self.initial_state(tf.shape(token_ids)[0]) if latent is None else self.start_state(latent)
        x = self.input_dropout(self.token_embedding(token_ids), training=training)  # (B, T, D)
        latent = tf.cast(state["latent"], x.dtype)[:, tf.newaxis]
        seen = tf.repeat(latent, tf.shape(x)[1], axis=1)  # (B, T, Z)
        x = tf.concat([x, seen], axis=-1)
        x = tf.ensure_shape(x, (*token_ids.shape, self.config.embedding_dim + self.config.latent_dim))
        of_decoder = {name: value for name, value in state.items() if name != "latent"}
        out = self.decoder(x, state=of_decoder, padding_mask=inputs.get("padding_mask"), training=training)
        hidden = self.output_dropout(out["outputs"], training=training)
        return {"hidden_states": hidden, "state": {**out["state"], "latent": state["latent"]}}

    def initializer(self) -> Any:
        """See `Backbone`."""
        limit = self.config.initializer_range
        return keras.initializers.RandomUniform(-limit, limit)
