import dataclasses
import io
import re
from types import SimpleNamespace

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.callbacks.time_left import TimeLeft, time_in_words
from langzoo.trainers.data.batch_source import BatchSource
from langzoo.trainers.data.block_source import BlockSource
from langzoo.trainers.run_state import RunState
from langzoo.trainers.run_statement import RunStatement
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

STATEMENT = RunStatement(
    steps=1000,
    rows=16,
    lengths=(128, 512),
    tokens=2_048_000,
    epochs=0.8,
    text=2_560_000,
    parameters=1_000_000,
    weight_bytes=4 * 10**6,
    training_bytes=16 * 10**6,
    disk_bytes=16 * 10**6,
    tells_repeats=True,
)


def test_lines():
    assert STATEMENT.lines() == [
        "1,000 steps of 16 · 128, then 512 tokens: 2,048,000 tokens, 0.8 times the text of 2,560,000",
        "1,000,000 parameters: 4.0 MB, 16.0 MB with gradients and optimizer; 16.0 MB on the disk",
    ]
    often = dataclasses.replace(STATEMENT, epochs=90.0)
    assert "it is read 90 times" in often.lines()[2]
    assert len(dataclasses.replace(often, tells_repeats=False).lines()) == 2


def test_a_disk_without_room_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=31 * 10**6))
    with pytest.raises(UserError, match=r"32.0 MB are needed there for checkpoints, but the disk has only 31.0 MB"):
        STATEMENT.check_disk(tmp_path)


def test_a_run_states_what_it_is(text, tmp_path):
    """A model of 14,820 numbers under Adam, whose steps and two rates are kept beside its moments."""
    console = Console(record=True, width=200, file=io.StringIO())
    settings = {"steps": 3, "data.batch_size": 4, "data.sequence_length": 8, "sample_tokens": 0, "histogram_every": 0}
    request = TrainRequest("lstm_tiny", data=[text], run=tmp_path / "run", tokenizer="char", settings=settings)
    result = train(request, console=console)
    first, second, *_ = console.export_text().splitlines()
    told = re.fullmatch(r"3 steps of 4 · 8 tokens: (\d+) tokens, 0.0 times the text of [\d,]+", first.strip())
    assert told and int(told[1]) == pytest.approx(96, abs=1)
    count = result.model.count_params()
    assert second.startswith(f"{count:,} parameters: {4 * count / 1000:.1f} kB, {16 * count / 1000:.1f} kB with")
    disk = sum((tmp_path / "run" / name).stat().st_size for name in ("checkpoint.safetensors", "weights.safetensors"))
    told = float(re.search(r"; ([\d.]+) kB on the disk", second)[1])
    assert told == pytest.approx(disk / 1000, rel=0.15)  # headers beside


class Rows(BatchSource):
    """Rows of four, ten long."""

    batch_size, sequence_length, steps_per_epoch = 4, 10, 5

    def rows(self, step, first, count):
        raise NotImplementedError


def test_time_is_told_once_after_the_first_seconds(monkeypatch):
    """A step takes two seconds, but for the first, which compiles."""
    now, said, state = [100.0], [], RunState()
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    told = TimeLeft(state, source=Rows(), total=1000, remark=said.append)
    for state.step in range(1, 10):
        told.on_train_batch_end(0)
        now[0] += 2
    assert said == ["about 33 min for the 996 steps that are left"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(42, "42 s"), (99, "99 s"), (200, "3 min"), (9000, "2 h 30 min"), (400_000, "4 days 15 h")]
)
def test_time_in_words(seconds, words):
    assert time_in_words(seconds) == words


def test_validation_that_reads_places_never_trained_is_told():
    longer = dataclasses.replace(STATEMENT, validated=1024)
    assert longer.lines()[2].startswith("validation reads blocks of 1,024 tokens, and training only 512: give --set")
    assert len(dataclasses.replace(STATEMENT, validated=512).lines()) == 2


@pytest.mark.parametrize(
    ("is_run", "kind", "validated"), [(False, BlockSource, 1024), (True, BlockSource, 0), (False, Rows, 0)]
)
def test_only_blocks_of_a_new_model_are_told(is_run, kind, validated):
    """Other weights may have been trained on longer ones, and other sources read what there is."""
    empty = SimpleNamespace(weights=[], trainable_variables=[], optimizer=SimpleNamespace(variables=[]))
    model = SimpleNamespace(**vars(empty), count_params=lambda: 0)
    resolved = SimpleNamespace(request=SimpleNamespace(starts_from_run=is_run), task="causal_lm")
    run = SimpleNamespace(resolved=resolved, corpus=SimpleNamespace(num_tokens=100))
    held_out = kind.__new__(kind)
    held_out.sequence_length = 1024
    statement = RunStatement.of(run, model, source=Rows(), held_out=held_out, total=10)
    assert statement.validated == validated
