"""The options of `generate`: what each may be, and which decoder they ask for. Needs no TensorFlow.

A live model, its SavedModel, its `.tflite` file and the command line all ask here, so that each gives the same answer
or refuses in the same words. What options there are stands in the dataclasses of decoders and logit rules alone.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .beam_options import BeamOptions
from .did_you_mean import unknown_name_message
from .errors import UserError
from .logit_rules import LogitRule, cut_options, own_rule_options, split_rules
from .option import INT32_MAX, Option, options_of, shown
from .options import Options
from .sampling_options import SamplingOptions

MAX_TOKENS = 1_000_000
"""New tokens of a text, at most."""

MAX_RESULTS = 1_024
"""Texts for one prompt, at most."""

MAX_ALTERNATIVES = 100
"""Likeliest tokens that are given for each place of a text, at most."""

LIMITS = {
    "max_tokens": Option(name="max_tokens", kind=int, default=50, low=1, high=MAX_TOKENS),
    "seed": Option(name="seed", kind=int, default=0, low=-INT32_MAX - 1, high=INT32_MAX),
}
"""What `generate` takes whatever the decoder is."""

DECODERS: dict[str, type[Options]] = {"greedy": Options, "sampling": SamplingOptions, "beam": BeamOptions}
"""Our decoders, and the options that each has."""

LIVE_DECODERS: dict[str, tuple[str, ...]] = {
    "best_of": ("scorer",),
    "contrastive": ("candidates", "alpha"),
    "diverse_beam": ("groups", "diversity"),
    "gibbs": ("burn_in", "scan"),
    "mcts": ("scorer", "label", "calls", "candidates", "exploration", "rollout"),
    "metropolis_hastings": ("burn_in", "scan", "energy", "keywords", "scorer", "label", "weight"),
    "speculative": ("draft", "draft_tokens"),
    "stochastic_beam": (),
}
"""Further decoders of ours, which live models have, and exports do not; and the options that no other decoder has."""

RANKED_DECODERS = ("beam", "best_of", "diverse_beam", "stochastic_beam")
"""Those that find several texts at once, as many as their `width`."""

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "temperature": ("sampling", {}),
    "top_k": ("sampling", {"top_k": 40}),
    "top_p": ("sampling", {"top_p": 0.9}),
}
"""Further names of decoders, with values of their own where none are given."""


def generation_options(
    decoder: str | None, given: Mapping[str, Any], *, decoders: Mapping[str, type[Options]] = DECODERS
) -> tuple[str, dict[str, Any], tuple[LogitRule, ...]]:
    """A decoder by its name, or the one that the options ask for, with its options and the logit rules before it.

    Without a name, no options are greedy decoding, and others the first decoder that has them all: `width` or
    `length_penalty` are beam search, `temperature`, `top_k` and `top_p` sampling.

    Args:
        decoder: a name of `decoders` or `PRESETS`, or None.
        given: options by name, of the decoder and of logit rules; one that is None is not given. Those of rules that
            cut the distribution count as options of decoders that draw.
        decoders: those that can be had.

    Returns:
        The decoder's name; its options, those that were given or that the name stands for (40 of `top_k`, 0.9 of
        `top_p`); and the rules that change anything.

    Raises:
        ValueError: the decoder is not a name.
        UserError: no such decoder, an option that it does not have, or a value out of range.

    Example:
        >>> generation_options(None, {"top_k": 3, "width": None}), generation_options("top_p", {})
        (('sampling', {'top_k': 3}, ()), ('sampling', {'top_p': 0.9}, ()))
        >>> generation_options(None, {"repetition_penalty": 2})
        ('greedy', {}, (RepetitionPenalty(repetition_penalty=2.0),))
    """
    given = {name: value for name, value in given.items() if value is not None}
    rules, options = split_rules(given)
    outside = bool(options.keys() - {option for kind in decoders.values() for option in options_of(kind)})
    if outside:
        rules, options = split_rules(given, outside=True)
    cuts = cut_options(outside=outside)
    asked = [option for option in given if option in options or option in cuts]
    name = decoder_name(decoder, asked, decoders=decoders)
    name, preset = PRESETS.get(name, (name, {}))
    if name not in decoders:
        raise UserError(unknown_name_message("decoder", name, dict.fromkeys([*decoders, *LIVE_DECODERS, *PRESETS])))
    known = _options_with_cuts(decoders[name], cuts)
    for option in asked:
        if option not in known:
            has = [owner for owner, kind in decoders.items() if option in _options_with_cuts(kind, cuts)]
            owners = [f"{owner!r}" for owner in has if owner in DECODERS] or [f"{owner!r}" for owner in has]
            raise UserError(
                f"decoder {decoder or name!r} has no option {shown(option)}, "
                + (f"only {', '.join(known)}" if known else "nor any other")
                + ": leave it out"
                + (f", or use decoder {' or '.join(owners)}" if owners else "")
            )
    checked = {option: known[option].checked(value) for option, value in options.items()}
    return name, {**preset, **checked}, rules


def exported_options() -> dict[str, Option]:
    """The options that `generate` of an export takes, in the order of its signatures: those of sampling and of rules.

    Example:
        >>> list(exported_options())[:5]
        ['max_tokens', 'temperature', 'top_k', 'top_p', 'seed']
    """
    return {
        "max_tokens": LIMITS["max_tokens"],
        **options_of(SamplingOptions),
        "seed": LIMITS["seed"],
        **own_rule_options(exported=True),
    }


def decoder_name(
    decoder: str | None, options: Iterable[str], *, decoders: Mapping[str, type[Options]] = DECODERS
) -> str:
    """The name that was given, of `decoders` or not; or of the decoder that the names of options ask for.

    Raises:
        ValueError: the decoder is not a name.
        UserError: no decoder, and an option that none has.
    """
    if decoder is not None:
        if not isinstance(decoder, str):
            raise ValueError(f"decoder must be a name such as 'greedy', not {shown(decoder)}")
        return decoder
    has = {name: set(_options_with_cuts(kind, cut_options())) for name, kind in decoders.items()}
    known = set().union(*has.values())
    for option in options:
        if option not in known:
            live = (each for names in LIVE_DECODERS.values() for each in names)
            names = dict.fromkeys([*(each for kind in has for each in sorted(has[kind])), *live, *own_rule_options()])
            raise UserError(unknown_name_message("option of generate", option, names))
    given = set(options)
    if not given:
        return "greedy"
    # One that only live models have is asked for by an option that no other has.
    shared = set().union(*(has[name] for name in has if name not in LIVE_DECODERS))
    some = [name for name in decoders if given & has[name] and (name not in LIVE_DECODERS or not given <= shared)]
    return next((name for name in some if given <= has[name]), some[-1])


def checked_integer(name: str, value: Any, low: int, high: int = INT32_MAX) -> int:
    """The value as an int.

    Raises:
        UserError: not an integer from `low` to `high`; True and False are none.
    """
    return Option(name=name, kind=int, low=low, high=high).checked(value)


def checked_limits(*, max_tokens: Any, seed: Any, stop: Any, suppress: Any) -> tuple[list[str] | None, list[str]]:
    """The lists `stop` (None where it is) and `suppress`, once all four are known to be what they must be.

    Raises:
        UserError: `max_tokens` is not an integer from 1 to 1,000,000, or `seed` not one of 32 bits.
        ValueError: `stop` or `suppress` is not a list of strings.
    """
    LIMITS["max_tokens"].checked(max_tokens)
    LIMITS["seed"].checked(seed)
    return None if stop is None else _strings("stop", stop), _strings("suppress", suppress)


def checked_results(num_results: Any, seed: Any, name: str, options: Mapping[str, Any]) -> int:
    """How many texts each prompt gets; None is 1.

    Args:
        num_results: the number.
        seed: of the first; sampling draws each text with a seed of its own, which count up.
        name: of the decoder.
        options: of the decoder, by name.

    Raises:
        UserError: not an integer from 1 to 1,024, or more than the decoder or the seeds can give.
    """
    if num_results is None:
        return 1
    count = checked_integer("num_results", num_results, 1, MAX_RESULTS)
    if name == "sampling" and options.get("temperature") == 0:
        name = "greedy"
    width = options.get("width", BeamOptions().width if name == "beam" else None)
    if width is not None:
        if count > width:
            raise UserError(f"num_results must be at most width, {width}, with decoder {name!r}, not {count}")
    elif name != "sampling" and count > 1:
        raise UserError(f"num_results must be 1 with decoder {name!r}, which always writes the same: set temperature")
    if name == "sampling" and seed + count - 1 > INT32_MAX:
        raise UserError(f"seed and num_results go beyond the last seed, {INT32_MAX}: choose a lower seed")
    return count


def ranked_results(
    found: Sequence[dict[str, Any]], count: int, scores: Sequence[float] | None = None
) -> list[list[dict[str, Any]]]:
    """Texts in lists of `count`, best first, each with its `score`.

    Fewer than `count` where a decoder found no more: a text of score -inf is none, but for the only one of a prompt.

    Args:
        found: the texts of each prompt in turn, with `log_probabilities`.
        count: texts for each prompt.
        scores: of each text; the sum of its log-probabilities if None.
    """
    if scores is None:
        scores = [sum(each["log_probabilities"]) for each in found]
    scored = [{**each, "score": float(score)} for each, score in zip(found, scores, strict=True)]
    rows = [scored[first : first + count] for first in range(0, len(scored), count)]
    ranked = [sorted(row, key=lambda each: -each["score"]) for row in rows]
    return [[each for each in row if each["score"] > -math.inf] or row[:1] for row in ranked]


def _options_with_cuts(kind: type[Options], cuts: Mapping[str, Option]) -> dict[str, Option]:
    return {**options_of(kind), **(cuts if kind.draws else {})}


def _strings(name: str, values: Any) -> list[str]:
    texts = None if isinstance(values, str | bytes) or not isinstance(values, Iterable) else list(values)
    if texts is None or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} must be a list of strings, not {shown(values)}")
    return texts
