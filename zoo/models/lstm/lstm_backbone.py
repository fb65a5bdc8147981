"""The body of the LSTM language models."""

import keras

from ..recurrent_backbone import RecurrentBackbone


@keras.saving.register_keras_serializable(package="langzoo")
class LSTMBackbone(RecurrentBackbone):
    """Token embedding and a stack of LSTMs; see `RecurrentBackbone`."""

    family = "lstm"

    def cell_options(self):
        """See `RecurrentBackbone`."""
        return {"forget_bias": self.config.forget_bias}
