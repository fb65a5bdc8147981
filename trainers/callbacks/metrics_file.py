"""metrics.jsonl: a line an interval."""

import json
import math
from pathlib import Path

from ...zoo.atomic_file import write_text
from ..run_metrics import METRICS_FILE, read_metrics


class MetricsFile:
    """A listener that appends each interval's record to `metrics.jsonl`.

    Args:
        directory: of the run.
        step: where the run stands; records of later steps, written by a run that was killed before its checkpoint, go.
    """

    def __init__(self, directory: Path, *, step: int):
        self._path = directory / METRICS_FILE
        kept = [record for record in read_metrics(directory) if record["step"] <= step]
        write_text(self._path, "".join(_line(record) for record in kept))

    def progress(self, record):
        """Not kept."""

    def interval(self, record):
        """One more line."""
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(_line(record))


def _line(record: dict) -> str:
    """One line of JSON, which has no infinity and no NaN: null."""
    finite = {key: None if isinstance(v, float) and not math.isfinite(v) else v for key, v in record.items()}
    return json.dumps(finite) + "\n"
