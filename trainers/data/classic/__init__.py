"""The examples and features of the original BERT repository, under their names there. Loads no TensorFlow."""

from .convert_examples_to_features import convert_examples_to_features
from .input_example import InputExample
from .input_features import InputFeatures

__all__ = ["InputExample", "InputFeatures", "convert_examples_to_features"]
