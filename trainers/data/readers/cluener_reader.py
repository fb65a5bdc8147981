"""CLUENER: entities of Chinese texts."""

import itertools

from ....layers.plain.tag_schemes import bio_tags
from .json_lines_reader import objects_of
from .reader import Reader, register_reader


@register_reader("cluener")
class CluenerReader(Reader):
    """CLUENER 2020: JSON lines with a text and its entities by kind, each with its first and its last character.

    The words are the text's characters. A line with overlapping entities is invalid.

    Example:
        >>> _ = Path("a.json").write_text('{"text": "在北京", "label": {"address": {"北京": [[1, 2]]}}}\\n')
        >>> [record.values["tags"] for record in CluenerReader(["words", "tags"]).records(["a.json"])]
        [('O', 'B-address', 'I-address')]
    """

    gives = ("words", "tags", "text")
    task = "token_tagger"
    example = '{"text": "在北京", "label": {"address": {"北京": [[1, 2]]}}}\n'

    def records_of(self, path):
        """See `Reader`."""
        for number, found in objects_of(self, path):
            text, spans = found.get("text"), []
            if not isinstance(text, str) or not text:
                self.reject(path, number, "has no text")
                continue
            fault = _spans(text, found.get("label"), spans)
            if fault is not None:
                self.reject(path, number, fault)
                continue
            values = {"words": tuple(text), "tags": tuple(bio_tags(spans, len(text))), "text": text}
            record = self.picked(path, number, values)
            if record is not None:
                yield record


def _spans(text, label, spans) -> str | None:
    """Fills in the spans of a text; returns what is wrong with them, or None."""
    if not isinstance(label, dict):
        return "has no label: an object of entities by kind"
    for name, entities in label.items():
        for entity, places in entities.items() if isinstance(entities, dict) else [("", None)]:
            for place in places if isinstance(places, list) else [None]:
                ends = place if isinstance(place, list) and len(place) == 2 else [-1, -1]
                if not all(type(end) is int for end in ends) or text[ends[0] : ends[1] + 1] != entity or ends[0] < 0:
                    return f"has the {name[:40]} {entity[:40]!r} at {place}, where it does not occur"
                spans.append((name, ends[0], ends[1] + 1))
    spans.sort(key=lambda span: span[1])
    for (_, _, stop), (name, start, _) in itertools.pairwise(spans):
        if start < stop:
            return f"has a {name[:40]} at {start} that overlaps the entity before it"
    return None
