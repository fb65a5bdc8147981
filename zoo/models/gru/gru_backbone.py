"""The body of the GRU language models."""

import keras

from ..recurrent_backbone import RecurrentBackbone


@keras.saving.register_keras_serializable(package="langzoo")
class GRUBackbone(RecurrentBackbone):
    """Token embedding and a stack of GRUs; see `RecurrentBackbone`."""

    family = "gru"
