"""Decoding: generation of text from a model. One loop, and decoders that choose the next token."""

from .beam_decoder import BeamDecoder
from .best_of_decoder import BestOfDecoder
from .contrastive_decoder import ContrastiveDecoder
from .decode import decode
from .decoder import Decoder, tensors_of
from .diverse_beam_decoder import DiverseBeamDecoder
from .exported_decoder import ExportedDecoder
from .gibbs_decoder import GibbsDecoder
from .greedy_decoder import GreedyDecoder
from .make_decoder import asked_decoder, make_decoder, register_decoder
from .markov_chain_decoder import MarkovChainDecoder
from .mcts_decoder import MCTSDecoder
from .metropolis_hastings_decoder import MetropolisHastingsDecoder
from .optional_rule import OptionalRule
from .sampling_decoder import SamplingDecoder
from .speculative_decoder import SpeculativeDecoder
from .step_context import StepContext
from .stochastic_beam_decoder import StochasticBeamDecoder

__all__ = [
    "BeamDecoder",
    "BestOfDecoder",
    "ContrastiveDecoder",
    "Decoder",
    "DiverseBeamDecoder",
    "ExportedDecoder",
    "GibbsDecoder",
    "GreedyDecoder",
    "MCTSDecoder",
    "MarkovChainDecoder",
    "MetropolisHastingsDecoder",
    "OptionalRule",
    "SamplingDecoder",
    "SpeculativeDecoder",
    "StepContext",
    "StochasticBeamDecoder",
    "asked_decoder",
    "decode",
    "make_decoder",
    "register_decoder",
    "tensors_of",
]
