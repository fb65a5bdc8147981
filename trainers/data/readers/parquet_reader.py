"""Parquet files."""

from ....layers.plain.errors import UserError
from ....layers.plain.read_file import why_not_regular
from .json_lines_reader import JsonLinesReader
from .reader import register_reader

ROWS = 1024


@register_reader("parquet")
class ParquetReader(JsonLinesReader):
    """Parquet files; needs pyarrow (`pip install 'langzoo[parquet]'`).

    Files are read in batches of rows, and only the requested columns.

    Example:
        >>> reader = ParquetReader(["text", "label"], named={"text": "review", "label": "stars"})
        >>> records = reader.records(["reviews.parquet"])
    """

    example = "(binary) columns text and label\n"
    unit = "row"

    @classmethod
    def files(cls, paths):
        """See `Reader`."""
        from pathlib import Path

        files = [Path(path) for path in paths]
        if not files:
            raise UserError("no Parquet file was given")
        for path in files:
            if wrong := why_not_regular(path):
                raise UserError(f"{path} {wrong}: name a Parquet file")
            with open(path, "rb") as file:
                if file.read(4) != b"PAR1":
                    raise UserError(f"{path} is not a Parquet file: name one, or another --reader")
        return files

    def records_of(self, path):
        """See `Reader`."""
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise UserError("the reader parquet needs pyarrow: pip install 'langzoo[parquet]'") from None
        number = 0
        try:
            with pyarrow.parquet.ParquetFile(path) as file:
                there = file.schema_arrow.names
                wanted = self._wanted(path, there)
                for batch in file.iter_batches(batch_size=ROWS, columns=wanted):
                    for row in batch.to_pylist():
                        number += 1
                        record = self.named_cells(path, number, row)
                        if record is not None:
                            yield record
        except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path} is damaged: row {number + 1}: {str(error).partition(chr(10))[0][:200]}") from None

    def _wanted(self, path, there):
        wanted = []
        for column in (*self.columns, *self.optional):
            own = [name for name in self.alternatives(column) if name in there]
            if any(there.count(name) > 1 for name in own):
                raise UserError(f"{path} has the column {own[0]} twice: leave one of them out")
            if not own and (column in self.columns or column in self.named):
                names = ", ".join(name[:40] for name in there[:12])
                raise UserError(
                    f"{path} has no column {' or '.join(self.alternatives(column))}, only {names}: --columns "
                    f"{column}=NAME says which one it is"
                )
            wanted += own
        return wanted
