"""The words of a failed look-up, the same for models, tokenizers, decoders, objectives and optimizers."""

import difflib
from collections.abc import Iterable

_MAX_SHOWN = 24  # names listed before "and N more": one line must stay readable
_MAX_QUOTED = 60  # characters quoted of a name that was asked for


def unknown_name_message(kind: str, name: str, known: Iterable[str], hint: str = "") -> str:
    r"""One line that says what was asked for, what is near to it, and what there is.

    Near are names that differ by a few letters, in either case, and names that begin with what was asked for.

    Args:
        kind: what the name names, in the singular: `"model"`, `"decoder"`.
        name: what was asked for.
        known: the names that exist, in any order.
        hint: a command or a place that tells more; added in brackets.

    Returns:
        The message; it holds no line break, whatever `name` holds.

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
    shown = ", ".join(names[:_MAX_SHOWN]) or "none"
    if len(names) > _MAX_SHOWN:
        shown += f" and {len(names) - _MAX_SHOWN} more"
    guess = f" Did you mean {_either(near)}?" if near else ""
    return f"unknown {kind} {quoted}.{guess} Known: {shown}" + (f" ({hint})" if hint else "")


def _near(asked: str, names: list[str]) -> list[str]:
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(name.casefold(), name)
    asked = asked.casefold()
    close = difflib.get_close_matches(asked, folded, n=3)
    if not close and asked:
        close = [name for name in folded if name.startswith(asked)][:3]
    return [folded[name] for name in close]


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
