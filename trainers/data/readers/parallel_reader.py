"""Two files with corresponding lines."""

import itertools

from ....layers.plain.errors import UserError
from . import reader as _reader
from .pair_reader import PairReader
from .reader import lines_of, register_reader
from .record import Record


@register_reader("parallel")
class ParallelReader(PairReader):
    """Two files, one text per line, in which line n of one corresponds to line n of the other, as in Multi30k and WMT.

    The source comes first: `--data train.en train.de`; for several corpora, two files each, one after the other:
    `--data a.en a.de b.en b.de`. Tabs are text. A line that is empty in both files is skipped.

    Example:
        >>> _ = Path("train.en").write_text("a cat\\n"), Path("train.de").write_text("eine Katze\\n")
        >>> reader = ParallelReader(["source", "target"])
        >>> [dict(record.values) for record in reader.records(["train.en", "train.de"])]
        [{'source': 'a cat', 'target': 'eine Katze'}]
    """

    example = "train.en: a cat\ntrain.de: eine Katze\n"

    @classmethod
    def files(cls, paths):
        """See `Reader`; two for each corpus."""
        files = super().files(paths)
        if len(files) % 2:
            verb = "is one file" if len(files) == 1 else f"are {len(files)} files"
            raise UserError(
                f"{_reader.shown(files)} {verb}, and the reader parallel takes them two by two, a source and its "
                "target: train.en train.de"
            )
        return files

    def records_in(self, files):
        """See `Reader`."""
        for source, target in zip(files[::2], files[1::2], strict=True):
            yield from self._aligned(source, target)

    def records_of(self, path):
        """Yields the lines of one side."""
        for number, line in lines_of(path):
            yield Record(path, number, {self.columns[0]: line})

    def _aligned(self, *paths):
        streams = [self.records_of(path) for path in paths]
        for number, found in enumerate(itertools.zip_longest(*streams), start=1):
            if None in found:
                both = zip(found, streams, strict=True)
                own = [number - 1 if one is None else number + sum(1 for _ in rest) for one, rest in both]
                raise UserError(
                    f"{paths[0]} and {paths[1]} have {own[0]:,} and {own[1]:,} lines: they must have the same number, "
                    "as line n of one belongs to line n of the other"
                )
            sides = [record.values[self.columns[0]] for record in found]
            empty = [not side.strip() for side in sides]
            if any(empty):
                if not all(empty):
                    path, other = paths if empty[0] else paths[::-1]
                    self.reject(path, number, f"is empty, but that of {other} is not")
                continue
            yield Record(paths[0], number, dict(zip(self.columns, sides, strict=True)))
