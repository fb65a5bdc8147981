"""Tab-separated tables."""

from .reader import lines_of, register_reader
from .table_reader import TableReader


@register_reader("tsv")
class TsvReader(TableReader):
    """Lines of cells separated by tabs; quotes are ordinary characters, as in GLUE.

    See `TableReader` for how columns are found. Empty lines are skipped.

    Example:
        >>> _ = Path("a.tsv").write_text("label\\tid\\ttext\\ngood\\t7\\tThe cat sat.\\n")
        >>> [dict(record.values) for record in TsvReader(["text", "label"]).records(["a.tsv"])]
        [{'text': 'The cat sat.', 'label': 'good'}]
    """

    example = "text\tlabel\nThe cat sat.\tgood\n"
    separator = "tabs"

    def rows(self, path):
        """See `TableReader`."""
        for number, line in lines_of(path):
            if "\t" in line or line.strip():
                yield number, line.split("\t")
