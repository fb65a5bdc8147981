"""The body of GPT-2 and GPT-3."""

import keras

from ....layers.attention import SelfAttention
from ....layers.transformer import FeedForward, PreNormBlock
from ..gpt_backbone import GPTBackbone
from .gpt2_config import GPT2Config


@keras.saving.register_keras_serializable(package="langzoo")
class GPT2Backbone(GPTBackbone):
    """Token and position embeddings, pre-norm blocks, and a final norm (Radford et al. 2019).

    For inputs and outputs see `DecoderBackbone`.
    """

    family = "gpt2"

    def __init__(self, config: GPT2Config, **kwargs):
        super().__init__(config, norm_bias=config.use_bias, **kwargs)
        self.blocks = [self._block(i) for i in range(config.num_layers)]

    def _block(self, i):
        config = self.config
        # What is added 2L times to the residual starts smaller by sqrt(2L) (Radford et al. 2019, section 2.3).
        smaller = self.normal(config.initializer_range / (2 * config.num_layers) ** 0.5)
        return PreNormBlock(
            SelfAttention(
                config.num_heads,
                use_bias=config.use_bias,
                dropout=config.attention_dropout,
                kernel_initializer=self.normal(),
                output_initializer=smaller,
                name="attention",
            ),
            FeedForward(
                config.feed_forward_dim,
                activation=config.activation,
                use_bias=config.use_bias,
                kernel_initializer=self.normal(),
                output_initializer=smaller,
                name="feed_forward",
            ),
            norms=[self.make_norm("attention_norm"), self.make_norm("feed_forward_norm")],
            dropout=config.dropout,
            name=f"block_{i}",
        )

    def bias_of(self, layer, context):
        """Odd layers attend to a band if the configuration has one (GPT-3, Brown et al. 2020, section 2.1)."""
        return context.bias(window=self.config.local_attention_window if layer % 2 else None)
