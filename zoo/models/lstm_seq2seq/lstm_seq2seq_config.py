"""Configuration of the LSTM encoder-decoders."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, model_validator

from ....layers.plain.text.spelling_table import CHARACTERS
from ...field_types import Count, NumLayers, NumPositions, Rate, Size
from ...model_config import ModelConfig
from .. import weight_counts as count


class LSTMSeq2SeqConfig(ModelConfig):
    """An LSTM encoder and decoder with attention (Bahdanau et al. 2015; Luong et al. 2015).

    The encoder reads the selected features of every token, concatenated: the vector of the word and one from
    convolutions over its characters (Kim et al. 2016), and adds a learned vector of the position. Its last states, with
    both directions concatenated, are the initial states of the decoder. Source, target and, if tied, the output share
    one embedding.

    Args:
        vocabulary_size: the number of tokens, V.
        embedding_dim: the width of a word's vector, and of the attentional state that the softmax reads, D.
        hidden_dim: the number of units per layer, H; half of them read backwards in a bidirectional encoder.
        num_layers: stacked LSTMs of the encoder, and of the decoder.
        directions: the directions of the encoder, "both" or "forward".
        words: whether the encoder reads words.
        characters: whether it reads their characters, bytes of UTF-8.
        positions: whether it reads their positions.
        character_dim, filters, num_highway_layers, max_word_length: options for characters, as in `CharCNNLSTMConfig`.
        attention: "bahdanau", "luong_dot", "luong_general" or "luong_concat", see `AttentionDecoder`.
        input_feeding: whether the decoder's first LSTM reads the attentional state in addition to the word.
        tie_embeddings: whether the embedding is the output matrix.
        max_sequence_length: the maximum number of tokens of either side.
        dropout: the dropout rate of the inputs, between layers and of the outputs of both sides.
        initializer_range: matrices are initialized uniformly in ± this.
    """

    family: ClassVar[str] = "lstm_seq2seq"
    body: ClassVar = "encoder_decoder"
    default_task: ClassVar[str] = "seq2seq_lm"
    default_tokenizer: ClassVar[str] = "unigram"
    has_positions: ClassVar[bool] = True

    embedding_dim: Size
    hidden_dim: Size
    num_layers: NumLayers = 2
    directions: Literal["both", "forward"] = "both"
    words: bool = True
    characters: bool = True
    positions: bool = True
    character_dim: Size = 15
    filters: Annotated[tuple[tuple[Size, Size], ...], Field(min_length=1)] = ((1, 25), (2, 50), (3, 75))
    num_highway_layers: Count = 1
    max_word_length: Annotated[int, Field(ge=3, le=1024)] = 16
    attention: Literal["bahdanau", "luong_dot", "luong_general", "luong_concat"] = "luong_general"
    input_feeding: bool = True
    tie_embeddings: bool = True
    max_sequence_length: NumPositions = 256
    dropout: Rate = 0.0
    initializer_range: NonNegativeFloat = 0.1

    @model_validator(mode="after")
    def _something_is_read(self):
        if not self.words and not self.characters:
            raise ValueError("words or characters must be true: the encoder would read nothing of a token")
        if self.directions == "both" and self.hidden_dim % 2:
            raise ValueError(f"hidden_dim must be even for an encoder in both directions, not {self.hidden_dim}")
        return self

    @property
    def output_dim(self) -> int:
        """The width of the attentional states, which the softmax reads."""
        return self.embedding_dim

    @property
    def source_dim(self) -> int:
        """The width of the encoder's input per token."""
        spelled = sum(number for _, number in self.filters) if self.characters else 0
        return spelled + (self.embedding_dim if self.words else 0)

    @property
    def encoder_units(self) -> int:
        """The number of units of an encoder layer in one direction."""
        return self.hidden_dim // (2 if self.directions == "both" else 1)

    def body_count(self):
        """See `ModelConfig`; includes the table of the characters, which is not trained."""
        hidden, units = self.hidden_dim, self.encoder_units
        fed = 0 if not self.input_feeding else hidden if self.attention == "bahdanau" else self.embedding_dim
        encoder, decoder, below, above = 0, 0, self.source_dim, self.embedding_dim + fed
        for _ in range(self.num_layers):
            encoder += hidden * 4 * (below + units + 1)
            decoder += hidden * 4 * (above + hidden + 1)
            below = above = hidden
        additive = 2 * hidden**2 + hidden
        attention = {"luong_dot": 0, "luong_general": hidden**2}.get(self.attention, additive)
        total = self.vocabulary_size * self.embedding_dim + encoder + decoder + attention
        total += 2 * hidden * self.embedding_dim
        total += self._character_count() if self.characters else 0
        return total + (self.max_sequence_length * self.source_dim if self.positions else 0)

    def _character_count(self) -> int:
        width = sum(number for _, number in self.filters)
        filters = sum(count.dense(wide * self.character_dim, number) for wide, number in self.filters)
        highways = self.num_highway_layers * 2 * count.dense(width, width)
        return self.vocabulary_size * self.max_word_length + CHARACTERS * self.character_dim + filters + highways

    def head_count(self, task, **options):
        """See `ModelConfig`; a bias per token, and the matrix unless it is the embedding."""
        if task != self.default_task:
            return super().head_count(task, **options)
        return self.vocabulary_size * (1 if self.tie_embeddings else self.embedding_dim + 1)

    def build_backbone(self):
        """Builds the layers."""
        from .lstm_seq2seq_backbone import LSTMSeq2SeqBackbone

        return LSTMSeq2SeqBackbone(self, name="backbone")
