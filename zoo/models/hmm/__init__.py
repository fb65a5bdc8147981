"""Hidden Markov models. Importing this loads no TensorFlow."""

from . import named_models
from .hmm_config import HMMConfig

__all__ = ["HMMConfig", "named_models"]
