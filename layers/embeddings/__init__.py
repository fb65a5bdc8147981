"""Embeddings of tokens, characters, segments and positions."""

from .character_encoder import CharacterEncoder
from .highway import Highway
from .position_embedding import PositionEmbedding
from .positions import positions
from .segment_embedding import SegmentEmbedding
from .sinusoidal_position_encoding import SinusoidalPositionEncoding
from .spelling_encoder import SpellingEncoder
from .token_embedding import TokenEmbedding

__all__ = [
    "CharacterEncoder",
    "Highway",
    "PositionEmbedding",
    "SegmentEmbedding",
    "SinusoidalPositionEncoding",
    "SpellingEncoder",
    "TokenEmbedding",
    "positions",
]
