"""PanGu-α. Importing this loads no TensorFlow."""

from . import named_models
from .pangu_config import PanguConfig

__all__ = ["PanguConfig", "named_models"]
