"""The body of the family."""

import keras
import tensorflow as tf
from langzoo.layers import LanguageModelHead, TokenEmbedding
from langzoo.layers.dense import Dense
from langzoo.layers.heads import last_token
from langzoo.zoo.models.backbone import Backbone


@keras.saving.register_keras_serializable(package="echo_zoo")
class EchoBackbone(Backbone):
    """An embedding, echoes that halve with each step, and a layer over them."""

    family = "echo"

    def __init__(self, config, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(config.vocabulary_size, config.hidden_dim, name="token_embedding")
        self.dense = Dense(config.hidden_dim, name="dense")

    def build_head(self):
        """The softmax over the vocabulary."""
        return LanguageModelHead(self.config.vocabulary_size, name="head")

    def initial_state(self, batch_size, max_length=None):
        """Zeros; the state does not grow."""
        del max_length
        return {"echo": tf.zeros((batch_size, self.hidden_dim))}

    def call(self, inputs, state=None, training=None):
        """See `langzoo.zoo.tasks.CausalLM`."""
        del training
        vectors = self.token_embedding(inputs["token_ids"])  # (B, T, D)
        steps = tf.range(tf.shape(vectors)[1])
        ages = tf.cast(steps[:, tf.newaxis] - steps, tf.float32)
        shares = tf.where(ages >= 0, 0.5 ** tf.maximum(ages, 0.0), 0.0)  # (T, T)
        echoes = tf.linalg.matmul(shares, vectors)
        if state is not None:
            echoes += 0.5 ** tf.cast(steps + 1, tf.float32)[:, tf.newaxis] * state["echo"][:, tf.newaxis]
        last = last_token(echoes, inputs.get("padding_mask"))
        return {"hidden_states": tf.tanh(self.dense(echoes)), "state": {"echo": last}}
