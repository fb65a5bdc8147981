"""The body of the count models: the context itself."""

import keras

from ....layers.probabilistic import BigramTable, UnigramTable
from ..backbone import Backbone
from .ngram_config import NgramConfig


@keras.saving.register_keras_serializable(package="langzoo")
class NgramBackbone(Backbone):
    """Passes each token on as the context of the next; the head looks the counts up.

    It is the input of `step`, so there is no state.

    Call with `inputs` `{"token_ids": (B, T)}`; returns `{"hidden_states": int (B, T), "state"}`.
    """

    family = "ngram"

    def __init__(self, config: NgramConfig, **kwargs):
        super().__init__(config, hidden_dim=1, **kwargs)

    def build_head(self):
        """The table of counts."""
        config = self.config
        if config.order == 1:
            return UnigramTable(config.vocabulary_size, pseudo_count=config.pseudo_count, name="head")
        return BigramTable(
            config.vocabulary_size,
            num_bigrams=config.num_bigrams,
            prior_strength=config.prior_strength,
            pseudo_count=config.pseudo_count,
            name="head",
        )

    def initial_state(self, batch_size, max_length=None):
        """Empty: there is nothing to carry."""
        del batch_size, max_length
        return {}

    def call(self, inputs, state=None, training=None):
        """See the class."""
        del state, training
        return {"hidden_states": inputs["token_ids"], "state": {}}
