"""Files of pairs, one record per line."""

from ....layers.plain.errors import UserError
from .reader import Reader, lines_of, register_reader
from .record import Record


@register_reader("pairs")
class PairReader(Reader):
    """Lines of two texts separated by a tab; further columns are ignored (Tatoeba's third names the authors).

    Raises:
        UserError: the number of requested columns is not two.

    Example:
        >>> _ = Path("a.tsv").write_text("a cat\\teine Katze\\tsomebody\\n")
        >>> [dict(record.values) for record in PairReader(["source", "target"]).records(["a.tsv"])]
        [{'source': 'a cat', 'target': 'eine Katze'}]
    """

    task = "seq2seq_lm"
    example = "a cat\teine Katze\n"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if len(self.columns) != 2:
            asked = ", ".join(self.columns)
            raise UserError(f"the reader {self.name} gives two columns, but {asked} was requested: use another")

    def records_of(self, path):
        """See `Reader`; the sides are the first two columns."""
        for number, line in lines_of(path):
            sides = line.split("\t")[:2]
            if len(sides) == 1 and not sides[0].strip():
                continue
            if len(sides) == 1 or not all(side.strip() for side in sides):
                names = f"a {self.columns[0]}, a tab and a {self.columns[1]}"
                self.reject(path, number, f"is not a pair: it must be {names}")
                continue
            yield Record(path, number, dict(zip(self.columns, sides, strict=True)))
