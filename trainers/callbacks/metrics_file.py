"""metrics.jsonl: a line an interval."""

import json
from pathlib import Path

METRICS_FILE = "metrics.jsonl"


class MetricsFile:
    """A listener that appends each interval's record to `metrics.jsonl`.

    Args:
        directory: of the run.
        step: where the run stands; records of later steps, written by a run that was killed before its checkpoint, go.
    """

    def __init__(self, directory: Path, *, step: int):
        self._path = directory / METRICS_FILE
        kept = [record for record in read_metrics(directory) if record["step"] <= step]
        self._path.write_text("".join(json.dumps(record) + "\n" for record in kept), encoding="utf-8")

    def progress(self, record):
        """Not kept."""

    def interval(self, record):
        """One more line."""
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")


def read_metrics(directory: Path) -> list[dict]:
    """The records of a run; a last line that was cut off is passed over."""
    path = Path(directory) / METRICS_FILE
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines[:-1] if line]
