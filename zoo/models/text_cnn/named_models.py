"""The named convolutional text models."""

from ...registry import register_model
from .text_cnn_config import TextCNNConfig

KIM = "Kim 2014, arXiv:1408.5882"


@register_model(task="text_classifier", paper=KIM)
def text_cnn_tiny() -> TextCNNConfig:
    """Widths of 2 and 3 with 16 filters each for tests and first steps: 34,658 parameters with two classes."""
    return TextCNNConfig(vocabulary_size=1000, embedding_dim=32, num_filters=16, filter_widths=(2, 3))


@register_model(task="text_classifier", paper=KIM)
def text_cnn() -> TextCNNConfig:
    """Widths of 3, 4 and 5 with 100 filters each, as published: 3,360,902 parameters with two classes."""
    return TextCNNConfig(vocabulary_size=10_000)
