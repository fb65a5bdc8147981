"""The walk through a stack of encoder blocks."""

from abc import abstractmethod
from typing import Any

import keras

from ...layers.attention import SelfAttention
from ...layers.dropout import Dropout
from ...layers.embeddings import TokenEmbedding
from ...layers.heads import ClassificationHead, MaskedLanguageModelHead
from ...layers.masks import padding_bias
from ...layers.transformer import FeedForward, PostNormBlock
from .backbone import Backbone
from .encoder_config import EncoderConfig


class EncoderBackbone(Backbone):
    """What BERT and its relatives share: post-norm blocks, one after the other, that see every token but padding.

    A family writes `embed`, and the heads that differ from those here.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)][, "segment_ids": (B, T)]}`; returns
    `{"hidden_states": (B, T, D), "attention_weights": a tuple of (B, H, T, T)}`.
    """

    token_embedding: TokenEmbedding

    def __init__(self, config: EncoderConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.max_sequence_length = config.max_sequence_length
        self.embedding_norm = self.norm("embedding_norm")
        self.embedding_dropout = Dropout(config.dropout, name="embedding_dropout")
        self.blocks = [self._block(i) for i in range(config.num_layers)]

    def _block(self, i):
        config = self.config
        return PostNormBlock(
            SelfAttention(
                config.num_heads,
                dropout=config.attention_dropout,
                kernel_initializer=self.initializer(),
                name="attention",
            ),
            FeedForward(
                config.intermediate_dim,
                activation=config.activation,
                kernel_initializer=self.initializer(),
                name="feed_forward",
            ),
            norms=[self.norm("attention_norm"), self.norm("feed_forward_norm")],
            dropout=config.dropout,
            name=f"block_{i}",
        )

    def initializer(self) -> Any:
        """A new initializer of matrices."""
        return keras.initializers.TruncatedNormal(stddev=self.config.initializer_range)

    def norm(self, name):
        """A new layer norm."""
        return keras.layers.LayerNormalization(epsilon=self.config.norm_epsilon, name=name)

    @property
    def embedding_dim(self) -> int:
        """Width of the vectors that `embedding_norm` gets."""
        return self.hidden_dim

    def input_dim_of(self, layer):
        """See `Backbone`."""
        return self.hidden_dim if layer in self.blocks else self.embedding_dim

    @abstractmethod
    def embed(self, inputs) -> Any:
        """The sum of embeddings (B, T, E) that is normalised."""

    def call(self, inputs, training=None):
        """See the class."""
        x = self.embedding_dropout(self.embedding_norm(self.embed(inputs)), training=training)
        return self.encode(x, inputs.get("padding_mask"), training)

    def encode(self, x, padding_mask, training):
        """The blocks over (B, T, D)."""
        bias, weights = padding_bias(padding_mask), []
        for block in self.blocks:
            out = block(x, bias=bias, training=training)
            x = out["outputs"]
            weights.append(out["attention_weights"])
        return {"hidden_states": x, "attention_weights": tuple(weights)}

    def build_masked_head(self) -> keras.layers.Layer:
        """The head of the task "masked_lm"."""
        return self.masked_head(activation=self.config.activation)

    def masked_head(self, *, activation: str) -> keras.layers.Layer:
        """A head that scores words with the token embedding."""
        return MaskedLanguageModelHead(
            self.config.vocabulary_size,
            token_embedding=self.token_embedding,
            activation=activation,
            norm_epsilon=self.config.norm_epsilon,
            kernel_initializer=self.initializer(),
            name="head",
        )

    def build_next_sentence_head(self) -> keras.layers.Layer | None:
        """The second head of the task "masked_lm", where the family has one."""

    def build_pooler(self) -> keras.layers.Layer | None:
        """What the task "text_encoder" keeps beside the body, where the family has it."""

    @abstractmethod
    def build_classification_head(self, num_classes: int) -> keras.layers.Layer:
        """The head of the task "text_classifier", over the first token's vector."""

    def classification_head(self, num_classes, *, activation, first_dropout):
        """A `ClassificationHead` with this family's activation; `first_dropout` says if its input is dropped too."""
        return ClassificationHead(
            num_classes,
            activation=activation,
            input_dropout=self.config.dropout if first_dropout else 0.0,
            dropout=self.config.dropout,
            kernel_initializer=self.initializer(),
            name="head",
        )
