"""Decoding: how text is drawn from a model. One loop, and decoders that choose the next token."""

from .beam_decoder import BeamDecoder
from .decode import decode
from .decoder import Decoder, tensors_of
from .exported_decoder import ExportedDecoder
from .greedy_decoder import GreedyDecoder
from .make_decoder import make_decoder, register_decoder
from .optional_rule import OptionalRule
from .sampling_decoder import SamplingDecoder
from .step_context import StepContext

__all__ = [
    "BeamDecoder",
    "Decoder",
    "ExportedDecoder",
    "GreedyDecoder",
    "OptionalRule",
    "SamplingDecoder",
    "StepContext",
    "decode",
    "make_decoder",
    "register_decoder",
    "tensors_of",
]
