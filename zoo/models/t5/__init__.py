"""T5. Importing this loads no TensorFlow."""

from . import named_models
from .t5_config import T5Config

__all__ = ["T5Config", "named_models"]
