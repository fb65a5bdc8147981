"""The layers that the Transformer and its decoder alone have in common."""

import keras

from ...layers.attention import CrossAttention, SelfAttention
from ...layers.embeddings import TokenEmbedding
from ...layers.heads import LanguageModelHead
from ...layers.transformer import FeedForward, PostNormBlock
from .post_norm_config import PostNormConfig


def scaled_embedding(config: PostNormConfig) -> TokenEmbedding:
    """The token embedding, scaled by sqrt(D) on the way in, so that it can score words on the way out."""
    return TokenEmbedding(
        config.vocabulary_size,
        config.hidden_dim,
        initializer=keras.initializers.RandomNormal(stddev=config.hidden_dim**-0.5),
        scale=config.hidden_dim**0.5,
        name="token_embedding",
    )


def post_norm_block(config: PostNormConfig, name: str, *, across: bool = False) -> PostNormBlock:
    """A block with its norms after; `across` for one that reads a source too."""
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
    """The token embedding again, without a bias."""
    return LanguageModelHead(config.vocabulary_size, token_embedding=token_embedding, use_bias=False, name="head")
