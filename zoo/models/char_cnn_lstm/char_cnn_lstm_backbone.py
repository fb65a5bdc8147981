"""The body of the language models that read the characters of words."""

from typing import Any

import keras

from ....layers.dropout import Dropout
from ....layers.embeddings import SpellingEncoder
from ....layers.heads import LanguageModelHead
from ....layers.recurrent import RecurrentEncoder
from ..backbone import Backbone
from .char_cnn_lstm_config import CharCNNLSTMConfig


@keras.saving.register_keras_serializable(package="langzoo")
class CharCNNLSTMBackbone(Backbone):
    """Word vectors from characters, and a stack of LSTMs over them; dropout as in Kim et al. 2016.

    The inputs are token ids: the characters of every token are in a table, which is filled when the model gets its
    tokenizer and saved with the weights. Without a tokenizer it is all zeros, and all words are the same.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}` and `state` (a dict of h and c per layer);
    returns `{"hidden_states": (B, T, H), "state": dict}`.
    """

    family = "char_cnn_lstm"

    def __init__(self, config: CharCNNLSTMConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.spelling = SpellingEncoder(
            config.vocabulary_size,
            max_word_length=config.max_word_length,
            character_dim=config.character_dim,
            filters=config.filters,
            num_highway_layers=config.num_highway_layers,
            name="spelling",
        )
        self.encoder = RecurrentEncoder(
            config.num_layers,
            hidden_dim=config.hidden_dim,
            dropout=config.dropout,
            kernel_initializer=self.initializer(),
            name="encoder",
        )
        self.output_dropout = Dropout(config.dropout, name="output_dropout")

    def read_tokenizer(self, tokenizer):
        """See `Backbone`; spells every token by its printable name."""
        self.spelling.spell(tokenizer.tokens)

    def input_dim_of(self, layer):
        """See `Backbone`."""
        return self.config.word_dim

    def build_head(self):
        """The softmax over the vocabulary."""
        return LanguageModelHead(self.config.vocabulary_size, kernel_initializer=self.initializer(), name="head")

    def initial_state(self, batch_size, max_length=None):
        """Zeros; the state does not grow."""
        del max_length
        return self.encoder.initial_state(batch_size)

    def call(self, inputs, state=None, training=None):
        """See the class."""
        x = self.spelling(inputs["token_ids"])  # (B, T, D)
        out = self.encoder(x, state=state, padding_mask=inputs.get("padding_mask"), training=training)
        return {"hidden_states": self.output_dropout(out["outputs"], training=training), "state": out["state"]}

    def initializer(self) -> Any:
        """See `Backbone`."""
        limit = self.config.initializer_range
        return keras.initializers.RandomUniform(-limit, limit)
