"""What a run has measured of itself."""

import json
from pathlib import Path
from typing import Any

METRICS_FILE = "metrics.jsonl"


def last_metrics(run: Path) -> dict[str, Any] | None:
    """The last whole record of `metrics.jsonl`, or None; a run that is killed may leave half a line behind it."""
    path = run / METRICS_FILE
    if not path.is_file():
        return None
    last = None
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            last = record if isinstance(record, dict) else last
    return last
