"""metrics.jsonl: one line per interval."""

import json
import math
from pathlib import Path

from ...zoo.atomic_file import write_text
from ..run_metrics import METRICS_FILE, read_metrics


class MetricsFile:
    """A listener that appends each interval's record to `metrics.jsonl`.

    Args:
        directory: the run directory.
        step: current step of the run; records of later steps, from a run killed before its checkpoint, are removed.
    """

    def __init__(self, directory: Path, *, step: int):
        self._path = directory / METRICS_FILE
        kept = [record for record in read_metrics(directory) if record["step"] <= step]
        write_text(self._path, "".join(_line(record) for record in kept))

    def progress(self, record):
        """Does nothing."""

    def interval(self, record):
        """Appends one line."""
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(_line(record))


def _line(record: dict) -> str:
    """Returns one line of JSON, with null for infinity and NaN."""
    finite = {key: None if isinstance(v, float) and not math.isfinite(v) else v for key, v in record.items()}
    return json.dumps(finite) + "\n"
