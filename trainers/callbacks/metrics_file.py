"""metrics.jsonl: a line an interval."""

import json
import math
from pathlib import Path

from ...layers.errors import UserError
from ...zoo.atomic_file import write_text

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
        write_text(self._path, "".join(_line(record) for record in kept))

    def progress(self, record):
        """Not kept."""

    def interval(self, record):
        """One more line."""
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(_line(record))


def read_metrics(directory: Path) -> list[dict]:
    """The records of a run; a last line that was cut off is passed over.

    Raises:
        UserError: a line that is not one of ours.
    """
    path = Path(directory) / METRICS_FILE
    if not path.is_file():
        return []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        records = [json.loads(line) for line in lines[:-1] if line]
        if not all(isinstance(record["step"], int) for record in records):
            raise ValueError("a step that is no number")
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} is damaged ({error}): remove the line, or the file") from None
    return records


def _line(record: dict) -> str:
    """One line of JSON, which has no infinity and no NaN: null."""
    finite = {key: None if isinstance(v, float) and not math.isfinite(v) else v for key, v in record.items()}
    return json.dumps(finite) + "\n"
