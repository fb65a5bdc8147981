"""`metrics.jsonl`, the metrics of a run: a JSON object per interval. Importing this loads no TensorFlow."""

from pathlib import Path
from typing import Any

from ..layers.plain.errors import UserError
from ..layers.plain.read_file import check_regular_file
from ..layers.plain.read_json import parse_object, read_json

METRICS_FILE = "metrics.jsonl"
MAX_LINE_BYTES = 2**16
TRAINING_FILE = "training.json"
MAX_DESCRIPTION_BYTES = 2**24  # it names every file of the text


def read_metrics(directory: Path | str) -> list[dict[str, Any]]:
    """Reads the records of a run; none if it has no metrics yet.

    A last line that was cut off when the run was killed is ignored.

    Args:
        directory: the run directory.

    Raises:
        UserError: not a regular file, or a line that is not a record of a run.
    """
    path = Path(directory) / METRICS_FILE
    if not path.is_symlink() and not path.exists():
        return []
    mend = "remove the line, or the file"
    check_regular_file(path, mend=mend)
    records = []
    with open(path, "rb") as file:
        while line := file.readline(MAX_LINE_BYTES):
            number = len(records) + 1
            if not line.endswith(b"\n") and len(line) < MAX_LINE_BYTES:
                break  # cut off
            record = parse_object(line, f"line {number} of {path}", mend=mend)
            if type(record.get("step")) is not int or not all(_is_value(value) for value in record.values()):
                raise UserError(f"line {number} of {path} is damaged, it is not a record of numbers: {mend}")
            records.append(record)
    return records


def metrics_of_weights(directory: Path | str) -> dict[str, Any] | None:
    """The record measured with the weights that the run keeps: those of the best validation, or the last.

    Args:
        directory: the run directory.

    Raises:
        UserError: see `read_metrics`.
    """
    records = read_metrics(directory)
    key, sign = _monitored(Path(directory))
    validated = [record for record in records if record.get(key) is not None]
    if validated:
        # Among equals, the one with the lowest loss, and then the first, as in KeepBest.
        return min(validated, key=lambda record: (sign * record[key], record.get("val_loss") or 0.0))
    return records[-1] if records else None


def evaluation_facts(directory: Path | str, *, head: str | None = None) -> dict[str, float | int]:
    """The metrics of the weights that a run keeps, by readable names; empty for a model without a training run.

    Args:
        directory: the run directory.
        head: for a run of several tasks, the one to report; None for all.

    Raises:
        UserError: see `read_metrics`.
    """
    record = metrics_of_weights(directory) or {}
    if head is not None:
        own = f"val_{head}."
        of_head = {f"val_{key.removeprefix(own)}": value for key, value in record.items() if key.startswith(own)}
        record = {**of_head, **{key: record[key] for key in ("step",) if key in record}}
    names = {
        "val_perplexity": "validation perplexity",
        "val_loss": "validation loss, nats per token",
        "val_bits_per_byte": "validation bits per byte",
        "perplexity": "training perplexity over the last interval",
        "step": "step of these weights",
    }
    # If a loss has only one term, it equals the loss.
    others = sorted(
        key
        for key, value in record.items()
        if key.startswith("val_") and key not in names and value != record.get("val_loss")
    )
    names |= {key: f"validation {key.removeprefix('val_').replace('_', ' ')}" for key in others}
    return {names[key]: record[key] for key in names if record.get(key) is not None}


def _monitored(directory: Path) -> tuple[str, int]:
    """The key of the record by which a run selects its weights; 1 if the lowest is the best, -1 if the highest."""
    path = directory / TRAINING_FILE
    described = read_json(path, max_bytes=MAX_DESCRIPTION_BYTES, mend="put it back") if path.is_file() else {}
    training = described.get("training")
    training = training if isinstance(training, dict) else {}
    return f"val_{training.get('monitor', 'loss')}", -1 if training.get("monitor_direction") == "max" else 1


def _is_value(value: Any) -> bool:
    return value is None or isinstance(value, int | float)
