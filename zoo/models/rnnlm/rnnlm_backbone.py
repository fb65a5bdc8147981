"""The body of the simple recurrent language models."""

import keras

from ..recurrent_backbone import RecurrentBackbone


@keras.saving.register_keras_serializable(package="langzoo")
class RNNLMBackbone(RecurrentBackbone):
    """Token embedding and a stack of Elman networks; see `RecurrentBackbone`."""

    family = "rnnlm"
