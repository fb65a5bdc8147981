"""Export of ARPA files, which KenLM, SRILM and speech recognisers read."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...layers.plain.errors import UserError
from ..disk_errors import disk_errors
from ..export_error import ExportError
from ..export_report import ExportReport
from ..exporter import register_exporter
from ..staging import staged_folder

if TYPE_CHECKING:
    from ..tasks import TextModel

TOLERANCE = 1e-4
"""The tolerance of the logarithms read back; the file has seven digits."""


@register_exporter("arpa")
def export_arpa(
    model: "TextModel",
    directory: Path | str,
    *,
    progress: Callable[[str], None] | None = None,
    compress: bool = False,
) -> ExportReport:
    """Exports an n-gram model as `NAME.arpa`, and reads it back.

    Args:
        model: a back-off model, with its tokenizer.
        directory: a folder that does not exist.
        progress: called with a line at every stage.
        compress: whether to write `NAME.arpa.gz`.

    Raises:
        UserError: the folder exists; the model is not a back-off n-gram model, has no tokenizer, or one with tokens
            that the file cannot represent.
        ExportError: the model read back differs; nothing is left behind.
    """
    from ...layers.probabilistic import BackoffTable
    from .read_arpa import read_arpa
    from .write_arpa import write_arpa

    directory, say = Path(directory), progress or (lambda line: None)
    table = getattr(model, "head", None)
    if not isinstance(table, BackoffTable):
        raise UserError(f"--format arpa is for back-off n-gram models (langzoo list 'kneser_ney*'), not {model.name}")
    tokenizer = model.need_tokenizer()
    written = table.model()
    with staged_folder(directory) as staging, disk_errors():
        path = staging / f"{model.name}.arpa{'.gz' if compress else ''}"
        say("writing n-grams")
        write_arpa(path, written, tokenizer)
        say("reading them back")
        found, _, _ = read_arpa(path)
        if found.trie.sizes[1:] != written.trie.sizes[1:]:
            raise ExportError(f"{written.trie.sizes[1:]} n-grams were written, {found.trie.sizes[1:]} read back")
        # Words are in another order there: sorted, the numbers are the same.
        pairs = zip(written.log_probabilities[1:], found.log_probabilities[1:], strict=True)
        difference = max((float(np.abs(np.sort(a) - np.sort(b)).max(initial=0)) for a, b in pairs), default=0.0)
        if not difference <= TOLERANCE:
            raise ExportError(f"log-probabilities read back differ by {difference:.2g}")
        size = path.stat().st_size
    say(f"done: {directory}")
    return ExportReport(path=directory / path.name, signatures=(), bytes=size, largest_difference=difference)
