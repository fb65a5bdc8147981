"""Decoders by name."""

from collections.abc import Mapping
from typing import Any

from ...layers.plain.errors import UserError
from ...layers.plain.generation_options import PRESETS, generation_options
from ...layers.plain.logit_rules import LogitRule, split_rules
from ...layers.plain.option import options_of
from ...layers.plain.registry import Registry
from .decoder import Decoder

DECODERS: Registry[type[Decoder]] = Registry("decoder", own_package=__name__.rpartition(".")[0])


def register_decoder(name: str):
    """Class decorator that registers a `Decoder`, a frozen dataclass of its options, under a name.

    Another package declares the module in the entry-point group `langzoo.decoder`.

    Args:
        name: the name for `--decoder` and `generate`.

    Raises:
        ValueError: an invalid name or one in use, or no docstring.

    Example:
        >>> @register_decoder("least")  # doctest: +SKIP
        ... @dataclasses.dataclass(frozen=True, kw_only=True)
        ... class LeastProbable(Decoder):
        ...     '''Takes the token of a rank from below.'''
        ...     rank: int = option(0, help="0 is the least probable.")
    """
    if name in PRESETS:
        raise ValueError(f"the name {name!r} of a decoder is taken by sampling")
    return DECODERS.register(name)


def make_decoder(name: str | None = None, **options: Any) -> tuple[Decoder, tuple[LogitRule, ...]]:
    """Makes a decoder by name with its options, and the logit rules that the options enable.

    Args:
        name: the name; None for the decoder that the options imply, see `layers.plain.generation_options`.
        **options: options of the decoder and of logit rules; None stands for the default.

    Raises:
        ValueError: the name is not a name.
        UserError: an unknown name, an option that the decoder does not have, or a value out of range.

    Example:
        >>> make_decoder("top_k", top_k=10, repetition_penalty=1.5)
        (SamplingDecoder(temperature=1.0, top_k=10, top_p=1.0), (RepetitionPenalty(repetition_penalty=1.5),))
    """
    decoders = {known: DECODERS[known] for known in ("greedy", "sampling", "beam")} | DECODERS.own()
    asked = {option for option, value in options.items() if value is not None}
    known = {option for kind in decoders.values() for option in options_of(kind)}
    if asked - known or (isinstance(name, str) and name not in decoders and name not in PRESETS):
        decoders |= {entry.name: entry.value for entry in DECODERS.entries()}
    name, chosen, rules = generation_options(name, options, decoders=decoders)
    return decoders[name](**chosen), rules


def asked_decoder(decoder: Decoder | str | None, options: Mapping[str, Any]) -> tuple[Decoder, tuple[LogitRule, ...]]:
    """The decoder and the logit rules of a call to `generate`, whose decoder is a name or a `Decoder`.

    Raises:
        UserError: as in `make_decoder`; an option of a decoder that was given as an object; or an option that restricts
            sampling, for a decoder that does not sample.
    """
    if not isinstance(decoder, Decoder):
        return make_decoder(decoder, **options)
    given, kind = {name: value for name, value in options.items() if value is not None}, type(decoder).__name__
    rules, rest = split_rules(given, outside=True)
    if rest:
        raise UserError(f"{next(iter(rest))} must be set in the decoder, which was given as an object")
    cuts = [name for rule in rules if rule.cuts for name in options_of(rule)]
    if cuts and not decoder.draws:
        raise UserError(f"{cuts[0]} restricts sampling, but {kind} does not sample: leave it out")
    return decoder, rules
