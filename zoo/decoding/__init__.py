"""Decoding: how text is drawn from a model. One loop, and decoders that choose the next token."""

from .beam_decoder import BeamDecoder
from .decode import decode
from .decoder import Decoder, tensors_of
from .greedy_decoder import GreedyDecoder
from .make_decoder import make_decoder, register_decoder
from .optional_rule import OptionalRule, any_asked
from .sampling_decoder import SamplingDecoder
from .step_context import StepContext

__all__ = [
    "BeamDecoder",
    "Decoder",
    "GreedyDecoder",
    "OptionalRule",
    "SamplingDecoder",
    "StepContext",
    "any_asked",
    "decode",
    "make_decoder",
    "register_decoder",
    "tensors_of",
]
