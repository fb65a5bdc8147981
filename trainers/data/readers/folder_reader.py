"""Folders of texts, one folder per label."""

import itertools
import json
from pathlib import Path

from ....layers.plain.errors import UserError
from ....layers.plain.read_file import why_not_regular
from ..text_files import read_text
from . import reader as _reader
from .reader import Reader, register_reader


@register_reader("folders")
class FolderReader(Reader):
    """A folder with a folder of `.txt` files for each label, one text per file, as IMDB is published.

    Files and folders whose names begin with a dot are skipped, and so are files next to the folders of labels.

    Example:
        >>> Path("train/good").mkdir(parents=True)
        >>> _ = Path("train/good/1.txt").write_text("The cat sat.")
        >>> [dict(record.values) for record in FolderReader(["text", "label"]).records(["train"])]
        [{'text': 'The cat sat.', 'label': 'good'}]
    """

    gives = ("text", "label")
    task = "text_classifier"
    example = "train/good/1.txt: The cat sat.\n"

    @classmethod
    def files(cls, paths):
        """See `Reader`: the files of all labels, label by label."""
        found: list[Path] = []
        folders = [Path(path) for path in paths]
        if not folders:
            raise UserError("no folder was given")
        for folder in folders:
            if not folder.is_dir():
                wrong = why_not_regular(folder) or "is a file"
                raise UserError(f"{folder} {wrong}: name a folder with a folder of .txt files for each label")
            labels = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
            if not labels:
                raise UserError(f"{folder} has no folder in it: it must have one of .txt files for each label")
            for label in labels:
                texts = sorted(each for each in label.iterdir() if each.suffix == ".txt" and each.name[0] != ".")
                for path in texts:
                    if wrong := why_not_regular(path):
                        raise UserError(f"{path} {wrong}: name regular files")
                found += texts
        if not found:
            raise UserError(f"{', '.join(map(str, folders))}: no .txt files in their folders")
        return found

    def key_of(self, files):
        """See `Reader`; the labels are the names of the folders."""
        runs = [(label, len(list(run))) for label, run in itertools.groupby(path.parent.name for path in files)]
        return json.dumps([super().key_of(files), runs])

    def records_of(self, path):
        """See `Reader`."""
        pieces, length = [], 0
        for piece in read_text([path]):
            pieces.append(piece)
            length += len(piece)
            if length > _reader.LONGEST_LINE:
                raise UserError(f"{path} has over {_reader.LONGEST_LINE:,} characters: split it")
        record = self.picked(path, 1, {"text": "".join(pieces), "label": path.parent.name})
        if record is not None:
            yield record
