"""The body of the Bayesian networks: the words themselves."""

import keras
import tensorflow as tf

from ....layers.probabilistic import NaiveBayesTable, TreeBayesTable
from ..backbone import Backbone
from .bayes_config import BayesConfig


@keras.saving.register_keras_serializable(package="langzoo")
class BayesBackbone(Backbone):
    """Passes the tokens on; the head looks the counts up.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask"]}`; returns `{"hidden_states": int32 (B, T)}`: 1 + each
    token, 0 for padding.
    """

    family = "bayes"

    def __init__(self, config: BayesConfig, **kwargs):
        super().__init__(config, hidden_dim=1, **kwargs)

    def build_classifier(self, num_classes):
        """The tables of the classes."""
        config = self.config
        sizes = {"num_classes": num_classes, "pseudo_count": config.pseudo_count}
        if config.network == "tree":
            return TreeBayesTable(config.vocabulary_size, **sizes, num_words=config.num_words, name="head")
        given = {"event_model": config.network, "left_out": config.left_out}
        return NaiveBayesTable(config.vocabulary_size, **sizes, **given, name="head")

    def call(self, inputs, training=None):
        """See the class."""
        del training
        words = tf.cast(inputs["token_ids"], tf.int32) + 1
        mask = inputs.get("padding_mask")
        return {"hidden_states": words if mask is None else tf.where(mask, words, 0)}
