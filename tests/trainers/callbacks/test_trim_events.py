import tensorflow as tf
from langzoo.trainers.callbacks.trim_events import trim_events
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def write(folder, steps):
    with tf.summary.create_file_writer(str(folder)).as_default():
        for step in steps:
            tf.summary.scalar("loss", float(step), step=step)


def steps_of(folder):
    events = EventAccumulator(str(folder), {"tensors": 0})
    events.Reload()
    return [event.step for event in events.Tensors("loss")]


def test_steps_after_the_checkpoint_are_written_once(tmp_path):
    write(tmp_path, [1, 2, 3, 4, 5])
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-3])  # killed while it wrote the last one
    trim_events(tmp_path, step=3)
    write(tmp_path, [4, 5, 6])
    assert steps_of(tmp_path) == [1, 2, 3, 4, 5, 6]


def test_files_with_nothing_to_drop_stay_as_they_are(tmp_path):
    write(tmp_path, [1, 2])
    (path,) = tmp_path.iterdir()
    before = path.read_bytes(), path.stat().st_ino
    trim_events(tmp_path, step=2)
    assert (path.read_bytes(), path.stat().st_ino) == before
    trim_events(tmp_path / "nowhere", step=2)
