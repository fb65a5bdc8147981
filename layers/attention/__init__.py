"""Attention layers, position encodings in attention, and key-value caches."""

from .alignment_attention import AlignmentAttention
from .causal_context import CausalContext, empty_cache
from .cross_attention import CrossAttention
from .relative_position_bias import RelativePositionBias
from .rotary_embedding import RotaryEmbedding
from .scaled_dot_product import scaled_dot_product
from .self_attention import SelfAttention

__all__ = [
    "AlignmentAttention",
    "CausalContext",
    "CrossAttention",
    "RelativePositionBias",
    "RotaryEmbedding",
    "SelfAttention",
    "empty_cache",
    "scaled_dot_product",
]
