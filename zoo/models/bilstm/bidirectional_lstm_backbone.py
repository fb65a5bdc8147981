"""The body of the bidirectional next-word models."""

import keras
import tensorflow as tf

from ....layers.embeddings import TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.recurrent import RecurrentEncoder, SlidingWindow
from ..backbone import Backbone
from .bidirectional_lstm_config import BidirectionalLSTMConfig


@keras.saving.register_keras_serializable(package="langzoo")
class BidirectionalLSTMBackbone(Backbone):
    """Reads the window before each position in both directions; the final states of both LSTMs predict the next word.

    The backward LSTM of one prefix cannot be reused for the next, so each position reads its own window, at the cost of
    T sequences. In return no position sees the word that it predicts, unlike in a bidirectional LSTM over the whole
    text.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}` and `state` (the last words and their number);
    returns `{"hidden_states": (B, T, 2H), "state": dict}`.
    """

    family = "bilstm"

    def __init__(self, config: BidirectionalLSTMConfig, **kwargs):
        super().__init__(config, hidden_dim=2 * config.hidden_dim, **kwargs)
        self.window = SlidingWindow(config.max_sequence_length, name="window")
        self.token_embedding = TokenEmbedding(config.vocabulary_size, config.embedding_dim, name="token_embedding")
        self.input_dropout = keras.layers.Dropout(config.dropout, name="input_dropout")
        self.encoder = RecurrentEncoder(
            config.num_layers,
            hidden_dim=config.hidden_dim,
            bidirectional=True,
            dropout=config.dropout,
            name="encoder",
        )
        self.output_dropout = keras.layers.Dropout(config.dropout, name="output_dropout")

    def input_dim_of(self, layer):
        """See `Backbone`."""
        del layer
        return self.config.embedding_dim

    def build_head(self):
        """The softmax over the vocabulary."""
        return LanguageModelHead(self.config.vocabulary_size, name="head")

    def initial_state(self, batch_size, max_length=None):
        """An empty window."""
        del max_length
        return self.window.initial_state(batch_size)

    def call(self, inputs, state=None, training=None):
        """See the class."""
        token_ids = inputs["token_ids"]
        windows = self.window(token_ids, state=state, padding_mask=inputs.get("padding_mask"))
        x = self.token_embedding(windows["token_ids"])  # (B·T, W, D)
        x = self.input_dropout(x, training=training)
        x = self.encoder(x, padding_mask=windows["padding_mask"], training=training)["outputs"]  # (B·T, W, 2H)
        half = self.config.hidden_dim
        # Padding repeats the last output, so the forward LSTM ends in the last column, the backward one in column 0.
        x = tf.concat([x[:, -1, :half], x[:, 0, half:]], axis=-1)
        shape = tf.concat([tf.shape(token_ids), [self.hidden_dim]], axis=0)
        x = tf.ensure_shape(tf.reshape(x, shape), (*token_ids.shape, self.hidden_dim))
        return {"hidden_states": self.output_dropout(x, training=training), "state": windows["state"]}
