"""The body of T5."""

import keras
import tensorflow as tf

from ....layers.attention import CrossAttention, RelativePositionBias, SelfAttention
from ....layers.dropout import Dropout
from ....layers.embeddings import TokenEmbedding
from ....layers.heads import LanguageModelHead
from ....layers.initializers import ColumnwiseNormal
from ....layers.masks import padding_bias
from ....layers.transformer import FeedForward, GatedFeedForward, PreNormBlock
from ..seq2seq_backbone import Seq2SeqBackbone
from .t5_config import T5Config


@keras.saving.register_keras_serializable(package="langzoo")
class T5Backbone(Seq2SeqBackbone):
    """Relative positions, RMS pre-norms, no biases (Raffel et al. 2020, arXiv:1910.10683, section 2.1).

    Scores are not divided by sqrt(d); the initial query matrix is smaller instead. Published weights have hidden states
    beyond float16's range, 65,504: in "mixed_float16" the sums of the residual branches, their norms and the products
    that feed them stay in float32. For inputs and outputs see `Seq2SeqBackbone`.
    """

    family = "t5"

    def __init__(self, config: T5Config, **kwargs):
        super().__init__(config, **kwargs)
        self._sum_dtype = "float32" if self.compute_dtype == "float16" else None
        self.token_embedding = TokenEmbedding(
            config.vocabulary_size, config.hidden_dim, initializer=self._normal(1.0), name="token_embedding"
        )
        self.encoder_position_bias = self._position_bias("encoder_position_bias", bidirectional=True)
        self.decoder_position_bias = self._position_bias("decoder_position_bias", bidirectional=False)
        self.dropouts = {
            name: Dropout(config.dropout, name=name)
            for name in ("source_dropout", "target_dropout", "encoder_dropout", "decoder_dropout")
        }
        self.encoder_blocks = [self._block(f"encoder_block_{i}") for i in range(config.num_layers)]
        self.decoder_blocks = [
            self._block(f"decoder_block_{i}", across=True)
            for i in range(config.num_decoder_layers or config.num_layers)
        ]
        self.norms = {name: self._norm(name) for name in ("encoder_norm", "decoder_norm")}

    def _normal(self, stddev):
        return keras.initializers.RandomNormal(stddev=self.config.initializer_factor * stddev)

    def _norm(self, name):
        return keras.layers.RMSNormalization(epsilon=self.config.norm_epsilon, dtype=self._sum_dtype, name=name)

    def _position_bias(self, name, *, bidirectional):
        config = self.config
        return RelativePositionBias(
            config.num_heads,
            num_buckets=config.relative_attention_buckets,
            max_distance=config.relative_attention_max_distance,
            bidirectional=bidirectional,
            initializer=self._normal(config.hidden_dim**-0.5),
            name=name,
        )

    def _block(self, name, across=False):
        config = self.config
        norms = ["attention_norm", *(["cross_attention_norm"] if across else []), "feed_forward_norm"]
        return PreNormBlock(
            self._attention(),
            self._feed_forward(),
            norms=[self._norm(norm) for norm in norms],
            cross_attention=self._cross_attention() if across else None,
            dropout=config.dropout,
            dtype=self._sum_dtype,
            name=name,
        )

    def _attention(self):
        config, inner = self.config, self.config.num_heads * self._head_dim
        factor, width = config.initializer_factor, config.hidden_dim
        return SelfAttention(
            config.num_heads,
            head_dim=self._head_dim,
            use_bias=False,
            dropout=config.dropout,
            scale=1.0,
            kernel_initializer=ColumnwiseNormal(
                [(inner, factor * (width * self._head_dim) ** -0.5), (2 * inner, factor * width**-0.5)]
            ),
            output_initializer=self._normal(inner**-0.5),
            name="attention",
        )

    def _cross_attention(self):
        config = self.config
        return CrossAttention(
            config.num_heads,
            head_dim=self._head_dim,
            use_bias=False,
            dropout=config.dropout,
            scale=1.0,
            kernel_initializer=self._normal(config.hidden_dim**-0.5),
            query_initializer=self._normal((config.hidden_dim * self._head_dim) ** -0.5),
            output_initializer=self._normal((config.num_heads * self._head_dim) ** -0.5),
            name="cross_attention",
        )

    def _feed_forward(self):
        config = self.config
        options = {
            "activation": "relu" if config.feed_forward == "relu" else "gelu_approximate",
            "use_bias": False,
            "dropout": config.dropout,
            "kernel_initializer": self._normal(config.hidden_dim**-0.5),
            "output_initializer": self._normal(config.intermediate_dim**-0.5),
            "output_dtype": self._sum_dtype,
            "name": "feed_forward",
        }
        kind = FeedForward if config.feed_forward == "relu" else GatedFeedForward
        return kind(config.intermediate_dim, **options)

    @property
    def _head_dim(self):
        return self.config.head_dim or self.config.hidden_dim // self.config.num_heads

    def build_head(self):
        """The token embedding, scaled by 1 / sqrt(D), or from T5 1.1 on a separate matrix; no bias."""
        config = self.config
        return LanguageModelHead(
            config.vocabulary_size,
            token_embedding=self.token_embedding if config.tie_embeddings else None,
            use_bias=False,
            scale=config.hidden_dim**-0.5 if config.tie_embeddings else 1.0,
            kernel_initializer=self._normal(1.0),
            name="head",
        )

    def embed_source(self, token_ids, training):
        """See `Seq2SeqBackbone`."""
        return self.dropouts["source_dropout"](self.token_embedding(token_ids), training=training)

    def embed_target(self, token_ids, context, training):
        """See `Seq2SeqBackbone`."""
        del context
        return self.dropouts["target_dropout"](self.token_embedding(token_ids), training=training)

    def encoder_bias(self, token_ids, padding_mask):
        """See `Seq2SeqBackbone`."""
        positions = tf.range(tf.shape(token_ids)[1])
        bias = self.encoder_position_bias(positions, positions)  # (1, H, S, S)
        return bias if padding_mask is None else bias + padding_bias(padding_mask)

    def decoder_bias(self, context):
        """See `Seq2SeqBackbone`."""
        return context.bias() + self.decoder_position_bias(context.positions, context.key_positions)

    def encoder_norm(self, x, training):
        """See `Seq2SeqBackbone`."""
        return self.dropouts["encoder_dropout"](self.norms["encoder_norm"](x), training=training)

    def decoder_norm(self, x, training):
        """See `Seq2SeqBackbone`."""
        return self.dropouts["decoder_dropout"](self.norms["decoder_norm"](x), training=training)
