"""Transformer blocks and their parts."""

from .feed_forward import FeedForward
from .gated_feed_forward import GatedFeedForward
from .post_norm_block import PostNormBlock
from .pre_norm_block import PreNormBlock
from .query_block import QueryBlock
from .transformer_block import TransformerBlock

__all__ = ["FeedForward", "GatedFeedForward", "PostNormBlock", "PreNormBlock", "QueryBlock", "TransformerBlock"]
