import json
import math

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.callbacks import MetricsFile
from langzoo.trainers.run_metrics import read_metrics


def test_records_are_lines_of_json_that_every_reader_takes(tmp_path):
    file = MetricsFile(tmp_path, step=0)
    file.progress({"step": 1, "loss": 5.0})
    file.interval({"step": 2, "loss": 800.0, "perplexity": math.inf, "val_loss": math.nan})

    def no_constant(name):
        raise AssertionError(name)

    (line,) = (tmp_path / "metrics.jsonl").read_text().splitlines()
    record = json.loads(line, parse_constant=no_constant)
    assert record == {"step": 2, "loss": 800.0, "perplexity": None, "val_loss": None}


def test_records_after_the_checkpoint_and_half_a_line_go(tmp_path):
    (tmp_path / "metrics.jsonl").write_text('{"step": 3}\n{"step": 6}\n{"step": 9}\n{"step":')
    file = MetricsFile(tmp_path, step=6)
    file.interval({"step": 9, "again": True})
    assert read_metrics(tmp_path) == [{"step": 3}, {"step": 6}, {"step": 9, "again": True}]


@pytest.mark.parametrize("content", ["{\n", "{}\n", "[]\n", '{"step": null}\n', "\x00\n", b"\xff\n"])
def test_a_damaged_file_is_told(content, tmp_path):
    (tmp_path / "metrics.jsonl").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UserError, match=r"metrics\.jsonl is damaged"):
        read_metrics(tmp_path)


def test_none_yet(tmp_path):
    assert read_metrics(tmp_path) == []
