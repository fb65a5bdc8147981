"""Tags of words and the spans that they mark, in every published scheme. Needs no TensorFlow."""

from collections.abc import Iterable, Sequence

SCHEMES = ("bio", "iob1", "bioes", "bmes")
OUTSIDE = "O"

_SAME = {"M": "I", "L": "E", "U": "S"}  # BMES has M for I, BILOU has L for E and U for S
_PREFIXES = {"bio": "BI", "iob1": "BI", "bioes": "BIES", "bmes": "BIES"}

Span = tuple[str, int, int]
"""The name of a span, its first word and the one after its last."""


def tag_parts(tag: str) -> tuple[str, str] | None:
    """Returns prefix (B, I, E or S; O outside) and name of a tag; None if it is not a tag.

    Example:
        >>> tag_parts("M-NAME"), tag_parts("O"), tag_parts("NAME")
        (('I', 'NAME'), ('O', ''), None)
    """
    if tag == OUTSIDE:
        return OUTSIDE, ""
    prefix, dash, name = tag.partition("-")
    prefix = _SAME.get(prefix, prefix)
    return (prefix, name) if dash and name and prefix in ("B", "I", "E", "S") else None


def spans_of(tags: Sequence[str]) -> list[Span]:
    """Returns the spans of a sequence of tags of any scheme, by conlleval's rule.

    A span begins at B and S; and at I and E if no span of its name is open, which repairs sequences whose tags cannot
    follow one another (Tjong Kim Sang and Buchholz 2000, conlleval.pl). It ends after E and S, and before any tag that
    does not continue it.

    Args:
        tags: tags such as "B-PER"; strings that are not tags are outside.

    Example:
        >>> spans_of(["B-PER", "I-PER", "O", "I-LOC", "B-LOC"])
        [('PER', 0, 2), ('LOC', 3, 4), ('LOC', 4, 5)]
    """
    spans: list[Span] = []
    name, start = None, 0
    for place, tag in enumerate([*tags, OUTSIDE]):
        prefix, own = tag_parts(tag) or (OUTSIDE, "")
        if name is not None and (prefix in ("O", "B", "S") or own != name):
            spans.append((name, start, place))
            name = None
        if prefix != OUTSIDE and name is None:
            name, start = own, place
        if prefix in ("E", "S"):
            spans.append((own, start, place + 1))
            name = None
    return spans


def bio_tags(spans: Iterable[Span], length: int) -> list[str]:
    """Returns tags in BIO, the scheme that models learn.

    Args:
        spans: spans that do not overlap.
        length: number of words.

    Example:
        >>> bio_tags([("PER", 0, 2)], 3)
        ['B-PER', 'I-PER', 'O']
    """
    tags = [OUTSIDE] * length
    for name, start, stop in spans:
        tags[start:stop] = [f"B-{name}", *[f"I-{name}"] * (stop - start - 1)]
    return tags


def tag_fault(tags: Sequence[str], scheme: str) -> tuple[int, str] | None:
    """Returns the position of the first invalid tag and why it is invalid; None if all are valid.

    Args:
        tags: the tags of one sentence.
        scheme: one of `SCHEMES`.

    Example:
        >>> tag_fault(["O", "I-PER"], "bio")
        (1, "has the tag 'I-PER' after 'O': in bio it must follow B-PER or I-PER")
    """
    before, before_name, before_tag = OUTSIDE, "", "the beginning"
    for place, tag in enumerate([*tags, None]):
        if tag is None:
            prefix, name, shown = OUTSIDE, "", "the end"
        else:
            parts = tag_parts(tag)
            if parts is None or parts[0] not in ("O", *_PREFIXES[scheme]):
                known = ", ".join(f"{each}-NAME" for each in (_letters(scheme)))
                return place, f"has {tag[:40]!r}, which is no tag of {scheme}: they are O, {known}"
            (prefix, name), shown = parts, f"the tag {tag[:40]!r}"
        goes_on = prefix in ("I", "E")
        if scheme != "iob1" and goes_on and not (before in ("B", "I") and before_name == name):
            inside = _letters(scheme)[1]
            after = f"{before_tag!r}" if before_tag != "the beginning" else before_tag
            return place, f"has {shown} after {after}: in {scheme} it must follow B-{name} or {inside}-{name}"
        if _PREFIXES[scheme] == "BIES" and before in ("B", "I") and not goes_on:
            at = min(place, len(tags) - 1)
            return at, f"has {shown} after {before_tag!r}: in {scheme} a span that B begins must end with E"
        before, before_name, before_tag = prefix, name, (tag or "")[:40]
    return None


def scheme_of(sentences: Iterable[Sequence[str]]) -> str:
    """Detects the scheme of a file's tags from the tags that occur and their positions.

    M only occurs in BMES, E and S in BIOES. Otherwise it is IOB1 if a span begins with I and B occurs only between two
    spans of one name, and BIO if not.

    Example:
        >>> scheme_of([["I-PER", "O", "I-LOC"]]), scheme_of([["B-PER", "I-PER"]])
        ('iob1', 'bio')
    """
    i_begins = b_begins = ends = False
    for tags in sentences:
        before = OUTSIDE, ""
        for tag in tags:
            if tag.startswith("M-"):
                return "bmes"
            prefix, name = tag_parts(tag) or (OUTSIDE, "")
            ends |= prefix in ("E", "S")
            fresh = before[0] == OUTSIDE or before[1] != name
            i_begins |= prefix == "I" and fresh
            b_begins |= prefix == "B" and fresh
            before = prefix, name
    if ends:
        return "bioes"
    return "iob1" if i_begins and not b_begins else "bio"


def _letters(scheme: str) -> str:
    return "BMES" if scheme == "bmes" else _PREFIXES[scheme]
