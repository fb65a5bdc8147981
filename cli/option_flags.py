"""Command-line flags for the options of decoders and logit rules."""

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import DECODERS, PRESETS, decoder_name, generation_options
from ..layers.plain.logit_rules import cut_options, own_rule_options
from ..layers.plain.option import Option, options_of
from ..layers.plain.read_file import read_file
from .settings import parse_settings

MAX_PATTERN_BYTES = 1_000_000
OWN_FLAGS = ("max_tokens", "decoder", "stop", "suppress", "seed", "num_results", "prompts")

METAVARS = {str: "TEXT"}


def known_options() -> dict[str, Option]:
    """Returns the options of langzoo's own decoders and rules, by name."""
    return {name: each for kind in DECODERS.values() for name, each in options_of(kind).items()} | own_rule_options()


def with_option_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a command that takes `**options`: every option gets its flag, `--top-k` for `top_k`."""

    @functools.wraps(command)
    def call(*args: Any, **kwargs: Any) -> Any:
        return command(*args, **kwargs)

    parameters = [each for each in inspect.signature(command).parameters.values() if each.kind is not each.VAR_KEYWORD]
    flags = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=None,
            annotation=Annotated[
                each.kind | None, typer.Option(help=each.help, metavar=METAVARS.get(each.kind, "N"), show_default=False)
            ],
        )
        for name, each in known_options().items()
    ]
    place = 1 + [each.name for each in parameters].index("decoder")
    parameters[place:place] = flags
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {each.name: each.annotation for each in parameters} | {"return": None}
    return call


def asked_options(flags: Mapping[str, Any], settings: Iterable[str]) -> dict[str, Any]:
    """Returns the options requested by flags and `--option key=value`.

    Raises:
        UserError: An option is not `key=value`, is given twice, or is not of the type of its flag.
    """
    asked = {name: value for name, value in flags.items() if value is not None}
    for name, value in parse_settings(settings, flag="--option", example="top_k=3").items():
        if name in OWN_FLAGS:
            raise UserError(
                f"--option {name} is not an option of a decoder or a logit rule: see langzoo generate --help"
            )
        if name in asked:
            raise UserError(f"--option {name} and --{name.replace('_', '-')} are the same: give it once")
        asked[name] = value
    return {name: _read(name, value) for name, value in asked.items()}


def _read(name: str, value: Any) -> Any:
    """Returns the contents of the file for `@file`, if the option is a pattern; otherwise the value itself."""
    known = known_options().get(name)
    if not isinstance(value, str) or not value.startswith("@") or known is None or known.kind is not str:
        return value
    if not known.fixed:
        return value  # a word may begin with @
    flag = f"--{name.replace('_', '-')}"
    data = read_file(value[1:], max_bytes=MAX_PATTERN_BYTES, mend=f"give {flag} @ and a file of text")
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise UserError(f"{value[1:]} is not UTF-8: give {flag} @ and a file of text") from error


def chosen_decoder(decoder: str | None, options: Mapping[str, Any]) -> str | None:
    """Returns the decoder's name after checking its options; another package's decoder is left to the model."""
    ours = decoder is None or decoder in DECODERS or decoder in PRESETS
    if not ours or not options.keys() <= known_options().keys():
        return decoder
    generation_options(decoder, options)
    return decoder_name(decoder, options.keys() - (own_rule_options().keys() - cut_options().keys()))
