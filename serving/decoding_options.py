"""The options of `generate`, as the one decoder that is in an export takes them."""

from collections.abc import Mapping
from typing import Any

from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import DECODERS, SEARCH, decoder_name, decoder_options

NOTHING_CUT = {"temperature": 1.0, "top_k": 0, "top_p": 1.0}


def decoding_options(decoder: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Temperature, top_k and top_p of a decoder by name, or of the one that the options ask for.

    Args:
        decoder: a name, or None; see `layers.generation_options.decoder_options`.
        given: options by name; one that is None is not given.

    Raises:
        ValueError: the decoder is no name.
        UserError: no such decoder or option in an export, or a value out of range.

    Example:
        >>> decoding_options("top_k", {"temperature": 0.5})
        {'temperature': 0.5, 'top_k': 40, 'top_p': 1.0}
    """
    options = {name: value for name, value in given.items() if value is not None}
    name = decoder_name(decoder, options)
    if name == "beam" or (name in DECODERS and set(options) & set(SEARCH)):
        raise UserError("an exported model has no beam search; generate from the run directory instead")
    name, chosen = decoder_options(name, options)
    return {**NOTHING_CUT, **({"temperature": 0.0} if name == "greedy" else {}), **chosen}
