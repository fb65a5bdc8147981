"""Configuration of the language models that read the characters of words."""

from typing import Annotated, ClassVar

from pydantic import Field, NonNegativeFloat

from ....layers.plain.text.spelling_table import CHARACTERS
from ...field_types import Count, NumLayers, Rate, Size
from ...model_config import ModelConfig
from .. import weight_counts as count


class CharCNNLSTMConfig(ModelConfig):
    """Convolutions over a word's characters, highways, stacked LSTMs, softmax over words (Kim et al. 2016).

    Characters are the bytes of UTF-8, as in Jozefowicz et al. 2016 (arXiv:1602.02410): for English they are the
    paper's.

    Args:
        vocabulary_size: words, V.
        character_dim: width of a character's vector.
        filters: pairs (width in characters, number of filters).
        num_highway_layers: between the convolutions and the LSTMs.
        hidden_dim: units per LSTM.
        num_layers: the number of stacked LSTMs.
        max_word_length: characters of a word that are read, its start and end among them; those beyond are not.
        dropout: the dropout rate between LSTMs and of the last output.
        initializer_range: the matrices of LSTMs and softmax start uniform in ± this.
    """

    family: ClassVar[str] = "char_cnn_lstm"

    character_dim: Size = 15
    filters: Annotated[tuple[tuple[Size, Size], ...], Field(min_length=1)]
    num_highway_layers: Count = 1
    hidden_dim: Size
    num_layers: NumLayers = 2
    max_word_length: Annotated[int, Field(ge=3, le=1024)] = 24
    dropout: Rate = 0.0
    initializer_range: NonNegativeFloat = 0.05

    @property
    def word_dim(self) -> int:
        """The width of a word's vector: one number per filter."""
        return sum(number for _, number in self.filters)

    def body_count(self):
        """See `ModelConfig`; includes the table of the words' characters, which is not trained."""
        filters = sum(count.dense(width * self.character_dim, number) for width, number in self.filters)
        highways = self.num_highway_layers * 2 * count.dense(self.word_dim, self.word_dim)
        lstms, width = 0, self.word_dim
        for _ in range(self.num_layers):
            lstms += 4 * self.hidden_dim * (width + self.hidden_dim + 1)
            width = self.hidden_dim
        table = self.vocabulary_size * self.max_word_length
        return table + CHARACTERS * self.character_dim + filters + highways + lstms

    def head_count(self, task, **options):
        """See `ModelConfig`; a matrix and its bias."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return count.dense(self.hidden_dim, self.vocabulary_size)

    def build_backbone(self):
        """Builds the layers."""
        from .char_cnn_lstm_backbone import CharCNNLSTMBackbone

        return CharCNNLSTMBackbone(self, name="backbone")
