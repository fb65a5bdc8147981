"""The message for an unknown name, the same for models, tokenizers, decoders, objectives and optimizers."""

import difflib
from collections.abc import Iterable

_MAX_SHOWN = 20  # more names are counted, not listed: one line must stay readable
_MAX_QUOTED = 60  # characters quoted of the requested name


def unknown_name_message(kind: str, name: str, known: Iterable[str], hint: str = "") -> str:
    r"""Returns a line with the unknown name, similar names, and the known names.

    Similar are names that differ by a few letters, in either case, names that begin with the requested one, and dotted
    names whose last part is similar to it or has it as initials (`lr`, of `optimizer.learning_rate`). If there are many
    names, only the similar ones and the hint are shown.

    Args:
        kind: the kind of thing that is named, in the singular: `"model"`, `"decoder"`.
        name: the requested name.
        known: the names that exist, in any order.
        hint: a command or a place with more information; added in brackets.

    Returns:
        The message; it has no line break, even if `name` has.

    Example:
        >>> unknown_name_message("model", "lstm_smal", ["lstm_small", "bigram"], hint="langzoo list")
        "unknown model 'lstm_smal'. Did you mean lstm_small? Known: bigram, lstm_small (langzoo list)"
        >>> unknown_name_message("decoder", "xyz", [])
        "unknown decoder 'xyz'. Known: none"
    """
    names = sorted(set(known))
    asked = str(name)
    quoted = repr(asked if len(asked) <= _MAX_QUOTED else asked[:_MAX_QUOTED] + "...")
    near = _near(asked[: 2 * _MAX_QUOTED], names)
    guess = f" Did you mean {_either(near)}?" if near else ""
    shown = f" Known: {', '.join(names) or 'none'}"
    if len(names) > _MAX_SHOWN:
        shown = "" if near and hint else f" Known: {', '.join(names[:_MAX_SHOWN])} and {len(names) - _MAX_SHOWN} more"
    return f"unknown {kind} {quoted}.{guess}{shown}" + (f" ({hint})" if hint else "")


def _near(asked: str, names: list[str]) -> list[str]:
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(name.casefold(), name)
    asked = asked.casefold()
    last_parts: dict[str, list[str]] = {}
    for name in folded:
        last_parts.setdefault(name.rpartition(".")[2], []).append(name)
    close = difflib.get_close_matches(asked, folded, n=3)
    if asked in last_parts:
        close = last_parts[asked]
    elif not close and asked:
        close = [name for name in folded if name.startswith(asked)]
        close += [name for part in difflib.get_close_matches(asked, last_parts, n=3) for name in last_parts[part]]
        close += [name for part in last_parts if _initials(part) == asked for name in last_parts[part]]
    return [folded[name] for name in dict.fromkeys(close)][:3]


def _initials(name: str) -> str:
    return "".join(word[:1] for word in name.split("_"))


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
