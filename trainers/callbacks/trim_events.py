"""TensorBoard files of a run that is resumed from an earlier step."""

from pathlib import Path

import tensorflow as tf

from ...zoo.atomic_file import replacing


def trim_events(folder: Path, *, step: int) -> None:
    """Removes events after the last checkpoint of a killed run, so that a resumed run does not repeat them.

    A record that was cut off by the kill ends its file.

    Args:
        folder: folder of event files.
        step: the last step to keep.
    """
    for path in sorted(folder.glob("events.out.tfevents.*")):
        records, whole = _records(path)
        kept = [record for record in records if tf.compat.v1.Event.FromString(record).step <= step]
        if whole and len(kept) == len(records):
            continue
        with replacing(path) as temporary, tf.io.TFRecordWriter(str(temporary)) as writer:
            for record in kept:
                writer.write(record)


def _records(path: Path) -> tuple[list[bytes], bool]:
    """The records of a file, and whether it is complete."""
    records = []
    try:
        for record in tf.data.TFRecordDataset(str(path)):
            records.append(record.numpy())
    except tf.errors.DataLossError:
        return records, False
    return records, True
