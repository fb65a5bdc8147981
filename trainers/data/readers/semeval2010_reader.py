"""Relations between two marked words."""

import re

from ....layers.plain.errors import UserError
from .reader import Reader, lines_of, register_reader

MARKERS = ("<e1>", "</e1>", "<e2>", "</e2>")
_RELATION = re.compile(r"[A-Za-z]+-[A-Za-z]+\(e[12],e[12]\)|Other")
MOST_LINES = 100


@register_reader("semeval2010")
class SemEval2010Reader(Reader):
    """SemEval-2010 task 8: a number, a tab and a sentence in quotes; its relation; a comment; an empty line.

    The two words are between `<e1>`, `</e1>` and `<e2>`, `</e2>`, which are kept in the text.

    Example:
        >>> _ = Path("a.txt").write_text('1\\t"A <e1>child</e1> in a <e2>cradle</e2>."\\nOther\\nComment:\\n\\n')
        >>> [dict(record.values) for record in SemEval2010Reader(["text", "label"]).records(["a.txt"])]
        [{'text': 'A <e1>child</e1> in a <e2>cradle</e2>.', 'label': 'Other'}]
    """

    gives = ("text", "label", "id")
    task = "relation_classifier"
    example = '1\t"A <e1>child</e1> in a <e2>cradle</e2>."\nOther\nComment:\n\n'

    def records_of(self, path):
        """See `Reader`."""
        for block in _blocks(path):
            (number, first), *rest = block
            name, tab, text = first.partition("\t")
            text = text.strip()
            if not tab or not name.strip().isdecimal():
                self.reject(path, number, "does not begin an example: a number, a tab and a sentence")
                continue
            if text.startswith('"') and text.endswith('"') and len(text) > 1:
                text = text[1:-1]
            wrong = [marker for marker in MARKERS if text.count(marker) != 1]
            if wrong:
                self.reject(path, number, f"must have {wrong[0]} once, not {text.count(wrong[0])} times", column="text")
                continue
            places = [text.index(marker) for marker in MARKERS]
            if places[0] > places[1] or places[2] > places[3]:
                self.reject(path, number, "has a marker that closes before it opens", column="text")
                continue
            if not rest or not _RELATION.fullmatch(rest[0][1].strip()):
                at = rest[0][0] if rest else number
                there = rest[0][1].strip()[:40] if rest else ""
                self.reject(path, at, f"must be a relation such as Cause-Effect(e1,e2), or Other, not {there!r}")
                continue
            record = self.picked(path, number, {"text": text, "label": rest[0][1].strip(), "id": name.strip()})
            if record is not None:
                yield record


def _blocks(path):
    """Yields runs of non-empty lines."""
    block = []
    for number, line in lines_of(path):
        if line.strip():
            block.append((number, line))
            if len(block) > MOST_LINES:
                raise UserError(f"{path}: line {block[0][0]} begins over {MOST_LINES} lines without an empty one")
        elif block:
            yield block
            block = []
    if block:
        yield block
