"""Text files, one record per line."""

from .reader import Reader, lines_of, register_reader
from .record import Record


@register_reader("lines")
class LineReader(Reader):
    """Plain text, UTF-8 or gzip: every non-empty line is a text.

    Example:
        >>> _ = Path("a.txt").write_text("one\\n\\ntwo\\n")
        >>> [(record.line, record.values["text"]) for record in LineReader(["text"]).records(["a.txt"])]
        [(1, 'one'), (3, 'two')]
    """

    gives = ("text",)
    task = "causal_lm"
    example = "The cat sat.\n"

    def records_of(self, path):
        """See `Reader`; the line is the first column."""
        for number, line in lines_of(path):
            if line.strip():
                yield Record(path, number, {self.columns[0]: line})
