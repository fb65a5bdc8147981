"""Decoding: how text is drawn from a model. One loop, and decoders that choose the next token."""

from collections.abc import Callable

from ...layers.did_you_mean import unknown_name_message
from ...layers.errors import UserError
from .beam_decoder import BeamDecoder
from .decode import decode
from .decoder import Decoder
from .greedy_decoder import GreedyDecoder
from .sampling_decoder import SamplingDecoder

_DECODERS: dict[str, Callable[..., Decoder]] = {}


def register_decoder(name: str, make: Callable[..., Decoder]) -> None:
    """Makes a decoder known by name, from this package or another.

    Args:
        name: what `--decoder` and `CausalLM.generate` take.
        make: called with the options that were given; returns a `Decoder`.

    Raises:
        ValueError: when the name is taken.
    """
    if name in _DECODERS:
        raise ValueError(f"register_decoder: {name!r} is registered already")
    _DECODERS[name] = make


def make_decoder(name: str, **options) -> Decoder:
    """The decoder of that name with these options; None means the decoder's own default.

    Raises:
        UserError: for an unknown name, an option the decoder does not have, or a value out of range.

    Example:
        >>> make_decoder("top_k", top_k=10)
        SamplingDecoder(temperature=1.0, top_k=10, top_p=1.0)
    """
    if name not in _DECODERS:
        raise UserError(unknown_name_message("decoder", name, _DECODERS))
    options = {key: value for key, value in options.items() if value is not None}
    try:
        return _DECODERS[name](**options)
    except TypeError as error:
        raise UserError(f"decoder {name}: {str(error).split('() ')[-1]}") from error


def _top_k(top_k: int = 40, **options) -> Decoder:
    return SamplingDecoder(top_k=top_k, **options)


def _top_p(top_p: float = 0.9, **options) -> Decoder:
    return SamplingDecoder(top_p=top_p, **options)


register_decoder("greedy", GreedyDecoder)
register_decoder("temperature", SamplingDecoder)
register_decoder("top_k", _top_k)
register_decoder("top_p", _top_p)
register_decoder("beam", BeamDecoder)

__all__ = [
    "BeamDecoder",
    "Decoder",
    "GreedyDecoder",
    "SamplingDecoder",
    "decode",
    "make_decoder",
    "register_decoder",
]
