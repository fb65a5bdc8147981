"""The body of the LSTM encoder-decoders."""

from typing import Any

import keras
import tensorflow as tf

from ....layers.dropout import Dropout
from ....layers.embeddings import PositionEmbedding, SpellingEncoder, TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.recurrent import AttentionDecoder, RecurrentEncoder
from ..backbone import EMBEDDINGS, Backbone
from ..seq2seq_backbone import SOURCE_MASK
from .lstm_seq2seq_config import LSTMSeq2SeqConfig


@keras.saving.register_keras_serializable(package="langzoo")
class LSTMSeq2SeqBackbone(Backbone):
    """LSTMs over a source's words, characters and positions, and LSTMs over a target that attend to the source.

    `encode` reads the source; its state, `source_mask` bool (B, S), `source_keys` and `source_values` (B, S, H), and
    the initial states of the decoder, `h_<layer>`, `c_<layer>` and with input feeding `feed`, is passed to `call`.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}`, the target, and that `state`; returns
    `{"hidden_states": (B, T, D), "state": dict}`, and with `return_attention_weights=True` `cross_attention_weights`, a
    tuple of one (B, 1, T, S).
    """

    family = "lstm_seq2seq"
    has_attention = True

    def __init__(self, config: LSTMSeq2SeqConfig, **kwargs):
        super().__init__(config, hidden_dim=config.output_dim, **kwargs)
        self.max_sequence_length = config.max_sequence_length
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.embedding_dim, initializer=self.initializer(), name="token_embedding"
        )
        self.spelling = self.position_embedding = None
        if config.characters:
            self.spelling = SpellingEncoder(
                config.vocabulary_size,
                max_word_length=config.max_word_length,
                character_dim=config.character_dim,
                filters=config.filters,
                num_highway_layers=config.num_highway_layers,
                name="spelling",
            )
        if config.positions:
            self.position_embedding = PositionEmbedding(
                config.max_sequence_length, initializer=self.initializer(), name="position_embedding"
            )
        self.source_dropout = Dropout(config.dropout, name="source_dropout")
        self.encoder = RecurrentEncoder(
            config.num_layers,
            hidden_dim=config.encoder_units,
            bidirectional=config.directions == "both",
            dropout=config.dropout,
            kernel_initializer=self.initializer(),
            name="encoder",
        )
        self.memory_dropout = Dropout(config.dropout, name="memory_dropout")
        self.target_dropout = Dropout(config.dropout, name="target_dropout")
        self.decoder = AttentionDecoder(
            config.num_layers,
            hidden_dim=config.hidden_dim,
            output_dim=config.output_dim,
            attention=config.attention,
            input_feeding=config.input_feeding,
            dropout=config.dropout,
            kernel_initializer=self.initializer(),
            name="decoder",
        )

    def read_tokenizer(self, tokenizer):
        """See `Backbone`; spells every token by its printable name."""
        if self.spelling is not None:
            self.spelling.spell(tokenizer.tokens)

    def input_dim_of(self, layer):
        """See `Backbone`."""
        config = self.config
        return config.source_dim if layer in (self.encoder, self.position_embedding) else config.embedding_dim

    def build_head(self):
        """The softmax over the vocabulary."""
        tied = self.token_embedding if self.config.tie_embeddings else None
        return LanguageModelHead(
            self.config.vocabulary_size, token_embedding=tied, kernel_initializer=self.initializer(), name="head"
        )

    def initial_state(self, batch_size, max_length=None):
        """Empty: the initial state of the decoder comes from the source, and does not grow."""
        del batch_size, max_length
        return {}

    def embed_source(self, token_ids):
        """The input of the encoder, (B, S, `source_dim`)."""
        parts: list[Any] = [self.token_embedding(token_ids)] if self.config.words else []
        if self.spelling is not None:
            parts.append(self.spelling(token_ids))
        x = tf.concat(parts, axis=-1)
        return x if self.position_embedding is None else x + self.position_embedding(x)

    def encode(self, inputs, training=None, return_attention_weights=False):
        """Encodes the source.

        Args:
            inputs: `{"token_ids": (B, S)[, "padding_mask": (B, S)]}`.
            training: whether to apply dropout.
            return_attention_weights: ignored: an LSTM has none.

        Returns:
            A dict: `hidden_states` (B, S, H) and the source's `state`.
        """
        del return_attention_weights
        token_ids, mask = inputs["token_ids"], inputs.get("padding_mask")
        x = self.source_dropout(self.embed_source(token_ids), training=training)
        read = self.encoder(x, padding_mask=mask, training=training)
        values = self.memory_dropout(read["outputs"], training=training)
        state = {
            SOURCE_MASK: keras.ops.ones_like(token_ids, dtype="bool") if mask is None else mask,
            "source_keys": self.decoder.project(values),
            "source_values": values,
            **self.decoder.initial_state(self._last_states(read["state"])),
        }
        return {"hidden_states": values, "state": state}

    def _last_states(self, state):
        """The last states of the encoder, with both directions concatenated."""
        names = [f"{kind}_{i}" for i in range(self.config.num_layers) for kind in ("h", "c")]
        if self.config.directions == "forward":
            return {name: state[name] for name in names}
        return {name: tf.concat([state[name], state[f"{name}_backward"]], axis=-1) for name in names}

    def layer_states(self, inputs):
        """See `Backbone`; those of the encoder."""
        x, mask = self.embed_source(inputs["token_ids"]), inputs.get("padding_mask")
        found = self.encoder(x, padding_mask=mask, return_layer_outputs=True)["layer_outputs"]
        return {EMBEDDINGS: x} | {f"layer {i}": states for i, states in enumerate(found, start=1)}

    def call(self, inputs, state=None, training=None, return_attention_weights=False):
        """See the class."""
        if state is None or SOURCE_MASK not in state:
            raise ValueError("state must hold an encoded source; `encode` gives one")
        source = {name: value for name, value in state.items() if name.startswith("source_")}
        x = self.target_dropout(self.token_embedding(inputs["token_ids"]), training=training)  # (B, T, D)
        out = self.decoder(
            x,
            {name: value for name, value in state.items() if name not in source},
            source["source_keys"],
            source["source_values"],
            source[SOURCE_MASK],
            padding_mask=inputs.get("padding_mask"),
            training=training,
            return_attention_weights=return_attention_weights,
        )
        outputs = {"hidden_states": out["outputs"], "state": {**source, **out["state"]}}
        if return_attention_weights:
            outputs["cross_attention_weights"] = (out["attention_weights"][:, tf.newaxis],)
        return outputs

    def initializer(self) -> Any:
        """See `Backbone`."""
        limit = self.config.initializer_range
        return keras.initializers.RandomUniform(-limit, limit)
