"""The options of `generate`: their validation, and the decoder that they imply. Needs no TensorFlow.

Live models, SavedModels, `.tflite` files and the command line all use this module, so that they give the same answers
and the same messages. The options are defined only in the dataclasses of decoders and logit rules.
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
"""The maximum number of new tokens of a text."""

MAX_RESULTS = 1_024
"""The maximum number of texts for one prompt."""

MAX_ALTERNATIVES = 100
"""The maximum number of most likely tokens that are returned per position of a text."""

LIMITS = {
    "max_tokens": Option(name="max_tokens", kind=int, default=50, low=1, high=MAX_TOKENS),
    "seed": Option(name="seed", kind=int, default=0, low=-INT32_MAX - 1, high=INT32_MAX),
}
"""The options of `generate` for every decoder."""

DECODERS: dict[str, type[Options]] = {"greedy": Options, "sampling": SamplingOptions, "beam": BeamOptions}
"""langzoo's own decoders, with the options of each."""

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
"""Further decoders, which live models have and exports do not; with the options that no other decoder has."""

RANKED_DECODERS = ("beam", "best_of", "diverse_beam", "stochastic_beam")
"""Decoders that find several texts at once, as many as their `width`."""

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "temperature": ("sampling", {}),
    "top_k": ("sampling", {"top_k": 40}),
    "top_p": ("sampling", {"top_p": 0.9}),
}
"""Further names of decoders, with their own default values."""


def generation_options(
    decoder: str | None, given: Mapping[str, Any], *, decoders: Mapping[str, type[Options]] = DECODERS
) -> tuple[str, dict[str, Any], tuple[LogitRule, ...]]:
    """Finds a decoder by its name or by the given options; returns it with its options and the logit rules before it.

    Without a name, no options mean greedy decoding, and otherwise the first decoder that has them all: `width` or
    `length_penalty` mean beam search, `temperature`, `top_k` and `top_p` sampling.

    Args:
        decoder: a name of `decoders` or `PRESETS`, or None.
        given: options by name, of the decoder and of logit rules; None counts as not given. Those of rules that cut the
            distribution count as options of decoders that sample.
        decoders: the available decoders.

    Returns:
        The decoder's name; its options, those that were given or that the name implies (40 for `top_k`, 0.9 for
        `top_p`); and the rules that have an effect.

    Raises:
        ValueError: the decoder is not a name.
        UserError: there is no such decoder, it does not have an option, or a value is out of range.

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
    """Returns the options of an export's `generate`, of sampling and of rules, in the order of its signatures.

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
    """Returns the given name, whether in `decoders` or not, or the decoder implied by the names of options.

    Raises:
        ValueError: the decoder is not a name.
        UserError: no decoder is given, and none has an option.
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
    # A decoder that only live models have is implied by an option that no other has.
    shared = set().union(*(has[name] for name in has if name not in LIVE_DECODERS))
    some = [name for name in decoders if given & has[name] and (name not in LIVE_DECODERS or not given <= shared)]
    return next((name for name in some if given <= has[name]), some[-1])


def checked_integer(name: str, value: Any, low: int, high: int = INT32_MAX) -> int:
    """Returns the value as an int.

    Raises:
        UserError: it is not an integer from `low` to `high`; True and False are not.
    """
    return Option(name=name, kind=int, low=low, high=high).checked(value)


def checked_limits(*, max_tokens: Any, seed: Any, stop: Any, suppress: Any) -> tuple[list[str] | None, list[str]]:
    """Validates all four arguments; returns the lists `stop` (or None) and `suppress`.

    Raises:
        UserError: `max_tokens` is not an integer from 1 to 1,000,000, or `seed` not one of 32 bits.
        ValueError: `stop` or `suppress` is not a list of strings.
    """
    LIMITS["max_tokens"].checked(max_tokens)
    LIMITS["seed"].checked(seed)
    return None if stop is None else _strings("stop", stop), _strings("suppress", suppress)


def checked_results(num_results: Any, seed: Any, name: str, options: Mapping[str, Any]) -> int:
    """Returns the number of texts per prompt; 1 for None.

    Args:
        num_results: the number.
        seed: seed of the first text; sampling draws each text with a seed of its own, in increasing order.
        name: name of the decoder.
        options: options of the decoder, by name.

    Raises:
        UserError: it is not an integer from 1 to 1,024, or more than the decoder or the seeds can give.
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
    """Groups texts in lists of `count`, best first, each with its `score`.

    There are fewer if a decoder found no more: a text of score -inf does not count, unless it is a prompt's only one.

    Args:
        found: the texts of all prompts in order, with `log_probabilities`.
        count: number of texts per prompt.
        scores: score of each text; None for the sum of its log-probabilities.
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
