"""The options of `generate` for the one decoder that an export contains."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import LIVE_DECODERS, generation_options
from ..layers.plain.logit_rules import LogitRule
from ..layers.plain.sampling_options import SamplingOptions


def decoding_options(decoder: str | None, given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[LogitRule, ...]]:
    """Returns the sampling options for a decoder given by name or implied by the options, and the logit rules.

    Args:
        decoder: a name, or None; see `layers.plain.generation_options`.
        given: options by name; None counts as not given.

    Raises:
        ValueError: the decoder is not a name.
        UserError: an export has no such decoder or option, or a value is out of range.

    Example:
        >>> decoding_options("top_k", {"temperature": 0.5})
        ({'temperature': 0.5, 'top_k': 40, 'top_p': 1.0}, ())
    """
    for live, own in LIVE_DECODERS.items():
        if decoder == live or (decoder is None and any(given.get(option) is not None for option in own)):
            raise UserError(f"an exported model has no decoder {live!r}; generate from the run directory instead")
    name, options, rules = generation_options(decoder, given)
    if name == "beam":
        raise UserError("an exported model has no beam search; generate from the run directory instead")
    sampling: dict[str, Any] = {"temperature": 0.0} if name == "greedy" else options
    return dataclasses.asdict(SamplingOptions(**sampling)), rules
