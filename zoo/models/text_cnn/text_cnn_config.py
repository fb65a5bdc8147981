"""Configuration of the convolutional text models."""

from typing import Annotated, ClassVar

from pydantic import Field

from ...field_types import Rate, Size
from ...head_style import HeadStyle
from ...model_config import ModelConfig
from .. import weight_counts as count


class TextCNNConfig(ModelConfig):
    """Embedding, convolutions of several widths, max pooling over the text (Kim 2014, "CNN-rand").

    Args:
        vocabulary_size: the number of tokens, V.
        embedding_dim: the width of the token embedding.
        num_filters: the number of filters of each width, F.
        filter_widths: the numbers of tokens that filters see.
        dropout: the dropout rate before a classifier's last dense layer.
    """

    family: ClassVar[str] = "text_cnn"
    body: ClassVar = "encoder"
    default_task: ClassVar[str] = "text_classifier"

    embedding_dim: Size = 300
    num_filters: Size = 100
    filter_widths: Annotated[tuple[Size, ...], Field(min_length=1)] = (3, 4, 5)
    dropout: Rate = 0.5

    def body_count(self):
        """See `ModelConfig`."""
        convolutions = sum(count.dense(width * self.embedding_dim, self.num_filters) for width in self.filter_widths)
        return self.vocabulary_size * self.embedding_dim + convolutions

    def head_count(self, task, **options):
        """See `ModelConfig`; for a classifier in plain Python."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return count.dense(self.output_dim, options.get("num_classes", 2))

    @property
    def output_dim(self):
        """See `ModelConfig`; the filters of all widths are concatenated."""
        return self.num_filters * len(self.filter_widths)

    @property
    def head_style(self):
        """See `ModelConfig`."""
        return HeadStyle(pooling="max", masked_activation=None)

    def build_backbone(self):
        """Builds the layers."""
        from .text_cnn_backbone import TextCNNBackbone

        return TextCNNBackbone(self, name="backbone")
