"""Common layers of the Transformer and its decoder-only form."""

import keras

from ...layers.attention import CrossAttention, SelfAttention
from ...layers.embeddings import TokenEmbedding
from ...layers.heads import LanguageModelHead
from ...layers.transformer import FeedForward, PostNormBlock
from .post_norm_config import PostNormConfig


def scaled_embedding(config: PostNormConfig) -> TokenEmbedding:
    """The token embedding, scaled by sqrt(D) at the input, so that it can also be the output matrix."""
    return TokenEmbedding(
        config.vocabulary_size,
        config.hidden_dim,
        initializer=keras.initializers.RandomNormal(stddev=config.hidden_dim**-0.5),
        scale=config.hidden_dim**0.5,
        name="token_embedding",
    )


def post_norm_block(config: PostNormConfig, name: str, *, across: bool = False) -> PostNormBlock:
    """A post-norm block; `across` for one with cross-attention."""
    dropout = config.attention_dropout
    norms = ["attention_norm", *(["cross_attention_norm"] if across else []), "feed_forward_norm"]
    return PostNormBlock(
        SelfAttention(config.num_heads, dropout=dropout, name="attention"),
        FeedForward(config.intermediate_dim, activation=config.activation, name="feed_forward"),
        norms=[keras.layers.LayerNormalization(epsilon=config.norm_epsilon, name=norm) for norm in norms],
        cross_attention=CrossAttention(config.num_heads, dropout=dropout, name="cross_attention") if across else None,
        dropout=config.dropout,
        name=name,
    )


def embedding_as_head(config: PostNormConfig, token_embedding: TokenEmbedding) -> LanguageModelHead:
    """The token embedding as the output matrix, without a bias."""
    return LanguageModelHead(config.vocabulary_size, token_embedding=token_embedding, use_bias=False, name="head")
