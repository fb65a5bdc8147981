"""What models are trained for."""

from .masked_token import MaskedToken
from .next_target_token import NextTargetToken
from .next_token import NextToken

__all__ = ["MaskedToken", "NextTargetToken", "NextToken"]
