"""The body of LLaMA and Mistral."""

import keras

from ....layers.attention import RotaryEmbedding, SelfAttention
from ....layers.embeddings import TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.transformer import GatedFeedForward, PreNormBlock
from ..decoder_backbone import DecoderBackbone
from .llama_config import LlamaConfig


@keras.saving.register_keras_serializable(package="langzoo")
class LlamaBackbone(DecoderBackbone):
    """Rotary positions, RMS pre-norms, gated feed-forward, no biases (Touvron et al. 2023, arXiv:2302.13971).

    For inputs and outputs see `DecoderBackbone`.
    """

    family = "llama"

    def __init__(self, config: LlamaConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.hidden_dim, initializer=self._normal(), name="token_embedding"
        )
        scaling = config.rotary_scaling
        self.rotary_embedding = RotaryEmbedding(
            config.head_dim or config.hidden_dim // config.num_heads,
            base=config.rotary_base,
            scaling=None if scaling is None else scaling.to_dict(),
            name="rotary_embedding",
        )
        self.blocks = [self._block(i) for i in range(config.num_layers)]
        self.norm = self._norm("norm")

    def _block(self, i):
        config = self.config
        return PreNormBlock(
            SelfAttention(
                config.num_heads,
                num_key_value_heads=config.num_key_value_heads,
                head_dim=config.head_dim,
                use_bias=False,
                dropout=config.attention_dropout,
                kernel_initializer=self._normal(),
                name="attention",
            ),
            GatedFeedForward(
                config.intermediate_dim,
                activation=config.activation,
                kernel_initializer=self._normal(),
                name="feed_forward",
            ),
            norms=[self._norm("attention_norm"), self._norm("feed_forward_norm")],
            dropout=config.dropout,
            name=f"block_{i}",
        )

    def _normal(self):
        return keras.initializers.RandomNormal(stddev=self.config.initializer_range)

    def _norm(self, name):
        return keras.layers.RMSNormalization(epsilon=self.config.norm_epsilon, name=name)

    def build_head(self):
        """A separate matrix or the token embedding, without a bias."""
        return LanguageModelHead(
            self.config.vocabulary_size,
            token_embedding=self.token_embedding if self.config.tie_embeddings else None,
            use_bias=False,
            kernel_initializer=self._normal(),
            name="head",
        )

    def embed(self, token_ids, context, training):
        """See `DecoderBackbone`."""
        del context, training
        return self.token_embedding(token_ids)

    def rotation(self, context):
        """See `DecoderBackbone`."""
        return self.rotary_embedding(context.positions)

    def bias_of(self, layer, context):
        """Only the last positions if the configuration has a window (Jiang et al. 2023, arXiv:2310.06825)."""
        del layer
        return context.bias(window=self.config.sliding_window)

    def final_norm(self, x):
        """See `DecoderBackbone`."""
        return self.norm(x)
