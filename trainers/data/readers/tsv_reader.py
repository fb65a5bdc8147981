"""Tables whose cells are separated by tabs."""

from pathlib import Path

from ....layers.plain.errors import UserError
from .reader import Reader, lines_of, register_reader
from .record import Record


@register_reader("tsv")
class TsvReader(Reader):
    """Lines of cells separated by tabs, found by the names in the first line, or in their order without such a line.

    A first line that holds the name of a wanted column is a header. Without one a line has the optional columns
    between the first of the others and the last: a text, perhaps a second one, a label. Quotes are characters like any
    other, as in GLUE. Empty lines are passed over.

    Example:
        >>> _ = Path("a.tsv").write_text("label\\tid\\ttext\\ngood\\t7\\tThe cat sat.\\n")
        >>> [dict(record.values) for record in TsvReader(["text", "label"]).records(["a.tsv"])]
        [{'text': 'The cat sat.', 'label': 'good'}]
    """

    def records_of(self, path):
        """See `Reader`."""
        names, width = None, 0
        for number, line in lines_of(path):
            if not line.strip():
                continue
            cells = line.split("\t")
            if names is None:
                header = [cell.strip() for cell in cells]
                if {*self.columns}.intersection(header):
                    names, width = self._named(path, header), len(header)
                    continue
                names, width = self._in_order(path, number, len(cells)), len(cells)
            if len(cells) != width:
                raise UserError(f"{path}: line {number} has {len(cells)} columns, not {width}, separated by tabs")
            values = {name: cells[place] for name, place in names.items()}
            empty = next((name for name in self.columns if not values[name].strip()), None)
            if empty is not None:
                raise UserError(f"{path}: line {number} has an empty {empty}")
            yield Record(path, number, values)

    def _named(self, path: Path, header: list[str]) -> dict[str, int]:
        missing = [name for name in self.columns if name not in header]
        if missing:
            raise UserError(
                f"{path} has no column {missing[0]}: its first line must name {', '.join(self.columns)}, or no column"
            )
        return {name: header.index(name) for name in (*self.columns, *self.optional) if name in header}

    def _in_order(self, path: Path, number: int, width: int) -> dict[str, int]:
        first, *last = self.columns
        order = (first, *self.optional[: max(width - len(self.columns), 0)], *last)
        if width != len(order):
            more = f", or with {' and '.join(self.optional)} after the first" if self.optional else ""
            raise UserError(
                f"{path}: line {number} has {width} columns: it must have {', '.join(self.columns)}{more}, with tabs "
                "between, or the first line must name them"
            )
        return {name: place for place, name in enumerate(order)}
