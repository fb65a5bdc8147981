"""The base class of bodies with a stack of encoder blocks."""

from abc import abstractmethod
from typing import Any

import keras

from ...layers.attention import SelfAttention
from ...layers.dropout import Dropout
from ...layers.embeddings import TokenEmbedding
from ...layers.masks import padding_bias
from ...layers.transformer import FeedForward, PostNormBlock
from .backbone import EMBEDDINGS, Backbone, collected
from .encoder_config import EncoderConfig


class EncoderBackbone(Backbone):
    """The base of BERT and its relatives: post-norm blocks that attend to every token except padding.

    A family implements `embed`.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)][, "segment_ids": (B, T)]}`; returns
    `{"hidden_states": (B, T, D)}`, and with `return_attention_weights=True` `attention_weights`, a tuple of
    (B, H, T, T). A call is `enter` and `run_blocks` over all blocks; recomputation and pipelining run them in
    pieces.
    """

    has_attention = True

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
        """Creates an initializer of matrices."""
        return keras.initializers.TruncatedNormal(stddev=self.config.initializer_range)

    def norm(self, name):
        """Creates a layer norm."""
        return keras.layers.LayerNormalization(epsilon=self.config.norm_epsilon, name=name)

    @property
    def embedding_dim(self) -> int:
        """The width of the input of `embedding_norm`."""
        return self.hidden_dim

    def input_dim_of(self, layer):
        """See `Backbone`."""
        return self.hidden_dim if layer in self.blocks else self.embedding_dim

    @abstractmethod
    def embed(self, inputs) -> Any:
        """The sum of embeddings (B, T, E) that is normalised."""

    def enter(self, inputs, training=None):
        """The input of the first block, (B, T, D)."""
        return self.embedding_dropout(self.embedding_norm(self.embed(inputs)), training=training)

    def run_blocks(
        self, x, bias, *, first: int = 0, last: int | None = None, training=None, **requested: Any
    ) -> tuple[Any, list[dict[str, Any]]]:
        """Runs the blocks from `first` to before `last` on (B, T, D).

        Args:
            x: the input of the first of them.
            bias: the bias that masks padding.
            first, last: the indices of blocks, as in a slice.
            training: whether to apply dropout.
            **requested: `return_attention_weights`.

        Returns:
            What leaves the last of them (B, T, D), and for each block a dict of its other outputs.
        """
        results = []
        for block in self.blocks[first:last]:
            out = block(x, bias=bias, training=training, **requested)
            x = out.pop("outputs")
            results.append(out)
        return x, results

    def layer_states(self, inputs):
        """See `Backbone`."""
        x, bias = self.enter(inputs), padding_bias(inputs.get("padding_mask"))
        states = {EMBEDDINGS: x}
        for i in range(len(self.blocks)):
            x, _ = self.run_blocks(x, bias, first=i, last=i + 1)
            states[f"block {i + 1}"] = x
        return states

    def call(self, inputs, training=None, return_attention_weights=False):
        """See the class."""
        x, bias = self.enter(inputs, training), padding_bias(inputs.get("padding_mask"))
        x, results = self.run_blocks(x, bias, training=training, return_attention_weights=return_attention_weights)
        return {"hidden_states": x} | collected("attention_weights", results)
