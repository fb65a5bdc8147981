"""Variational autoencoders of sentences. Importing this loads no TensorFlow."""

from . import named_models
from .lstm_vae_config import LSTMVAEConfig

__all__ = ["LSTMVAEConfig", "named_models"]
