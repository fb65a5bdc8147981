"""Decoding: how text is drawn from a model. One loop, and decoders that choose the next token."""

from collections.abc import Callable

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.generation_options import DECODERS, decoder_name, decoder_options
from .beam_decoder import BeamDecoder
from .decode import decode
from .decoder import Decoder
from .greedy_decoder import GreedyDecoder
from .sampling_decoder import SamplingDecoder

_DECODERS: dict[str, Callable[..., Decoder]] = {
    "greedy": GreedyDecoder,
    "temperature": SamplingDecoder,
    "top_k": SamplingDecoder,
    "top_p": SamplingDecoder,
    "beam": BeamDecoder,
}


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


def make_decoder(name: str | None = None, **options) -> Decoder:
    """The decoder of that name with these options; an option that is None is the decoder's own default.

    Args:
        name: None for the decoder that the options ask for: see `layers.generation_options.decoder_options`.
        **options: of the decoder.

    Raises:
        ValueError: the name is none.
        UserError: for an unknown name, an option the decoder does not have, or a value out of range.

    Example:
        >>> make_decoder("top_k", top_k=10)
        SamplingDecoder(temperature=1.0, top_k=10, top_p=1.0)
    """
    options = {key: value for key, value in options.items() if value is not None}
    name = decoder_name(name, options)
    if name not in _DECODERS:
        raise UserError(unknown_name_message("decoder", name, _DECODERS))
    if name in DECODERS:
        name, options = decoder_options(name, options)
    try:
        return _DECODERS[name](**options)
    except TypeError as error:
        raise UserError(f"decoder {name}: {str(error).split('() ')[-1]}") from error


__all__ = [
    "BeamDecoder",
    "Decoder",
    "GreedyDecoder",
    "SamplingDecoder",
    "decode",
    "make_decoder",
    "register_decoder",
]
