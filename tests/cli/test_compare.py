"""langzoo compare, on runs that are made of files."""

import dataclasses
import io
import json
import math
import subprocess
import sys
from types import SimpleNamespace

import pytest
from langzoo.cli.compare import _table
from langzoo.trainers.loss_curves import draw_loss_curves
from langzoo.trainers.run_summary import RunSummary
from rich.console import Console

CONFIG = {
    "format": 1,
    "name": "lstm_tiny",
    "family": "lstm",
    "task": "causal_lm",
    "parameters": 1234,
    "config": {},
    "options": {},
}


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(name, records, *, valid=("valid.txt",), key="k"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(CONFIG))
        (folder / "metrics.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        described = {"data": [], "valid": list(valid), "digests": {"data": "d", "valid": key}, "training": {}}
        (folder / "training.json").write_text(json.dumps(described))
        return name

    return make


def records(*losses, bytes_per_token=4.0, **more):
    """As training writes them; perplexity and bits per byte worked out here."""
    return [
        {
            "step": 10 * i,
            "loss": loss + 1,
            "perplexity": math.exp(loss + 1),
            "seconds": 2.0 * i,
            "val_loss": loss,
            "val_perplexity": math.exp(loss),
            "val_bits_per_byte": loss / math.log(2) / bytes_per_token,
            **more,
        }
        for i, loss in enumerate(losses, start=1)
    ]


@pytest.fixture
def compared(langzoo_run):
    """Runs the command, which must succeed; gives what it prints, and its remarks."""

    def run(*arguments):
        result = langzoo_run("compare", *arguments)
        assert result.exit_code == 0, result.output
        return result.stdout, result.stderr

    return run


def test_a_row_is_of_the_weights_that_a_run_keeps(made, compared):
    made("one", records(3.0, 2.0, 2.5))
    made("two", records(2.25, val_accuracy=0.75, bytes_per_token=2.0))
    shown, remarks = compared("one", "two", "--json")
    assert not remarks
    one, two = json.loads(shown)["runs"]
    assert (one["step"], one["seconds"], one["loss"], one["perplexity"]) == (30, 6.0, 2.0, math.exp(2.0))
    assert one["bits_per_byte"] == 2.0 / math.log(2) / 4
    assert two["metrics"] == {"accuracy": 0.75} and one["metrics"] == {}
    header, *rows = compared("one", "two")[0].splitlines()
    assert header.split("  ")[0] == "run" and "bits per byte" in header and "accuracy" in header
    assert rows[0].split() == ["one", "lstm_tiny", "1,234", "30", "2.0000", "7.39", "0.7213", "-", "6"]
    assert rows[1].split() == ["two", "lstm_tiny", "1,234", "10", "2.2500", "9.49", "1.6230", "0.7500", "2"]


def test_what_keeps_figures_from_comparing_is_said(made, compared):
    made("one", records(3.0))
    made("moved", records(3.0), valid=["elsewhere/valid.txt"])  # the same text at another place
    made("pieces", records(3.0), key="other tokenizer")
    made("strange", records(3.0), key="other", valid=["b.txt"])
    made("bare", [{"step": 5, "loss": 1.0}], valid=[], key="")
    assert json.loads(compared("one", "moved", "bare", "--json")[0])["remarks"] == []
    first, second = json.loads(compared("one", "pieces", "strange", "--json")[0])["remarks"]
    assert first == "strange: validated on other files than one; the figures are not comparable"
    assert second.startswith("pieces: validated on the files of one, but with other tokens; compare bits per byte")


def test_the_picture(made, compared):
    made("$x_1$", records(3.0, 2.0))
    made("_猫", records(2.5, 1.0))
    shown, _ = compared("$x_1$", "_猫", "--out", "curves.png")
    assert shown.splitlines()[-1] == "drawn: curves.png"
    with open("curves.png", "rb") as file:
        picture = file.read()
    width, height = (int.from_bytes(picture[i : i + 4], "big") for i in (16, 20))
    runs = [RunSummary.read(name) for name in ("$x_1$", "_猫")]
    assert picture[1:4] == b"PNG" and picture == draw_loss_curves(runs)
    assert (width, height) == (1920, 600)  # two panels, since both have bits per byte
    in_a_folder = [dataclasses.replace(run, run=f"runs/{run.run}") for run in runs]
    assert draw_loss_curves(in_a_folder) == picture  # called by their own names
    made("bare", [{"step": 5, "loss": 1.0}])
    assert int.from_bytes(draw_loss_curves([*runs, RunSummary.read("bare")])[16:20], "big") == 960


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "nothing holds no model"),
        (["one", "empty"], "empty holds no model: config.json is missing"),
        (["one", "--out", "a.jpg"], "--out a.jpg: a picture's name must end with .png"),
        (["one", "--out", "no/a.png"], "--out no/a.png: there is no folder no"),
        (["unmeasured", "--out", "a.png"], "none of these runs has metrics"),
        (["damaged"], "line 1 of damaged/metrics.jsonl"),
    ],
)
def test_mistakes_get_one_line(made, refused, tmp_path, arguments, message):
    made("one", records(3.0))
    made("unmeasured", [])
    made("damaged", [{"step": "a"}])
    (tmp_path / "empty").mkdir()
    assert message in refused("compare", *arguments)


def test_no_tensorflow_is_imported(made):
    made("one", records(3.0))
    code = (
        "import sys; from langzoo.cli.main import app\n"
        "try: app(['compare', 'one', '--out', 'a.png'])\n"
        "except SystemExit as end: assert not end.code\n"
        "assert not {'tensorflow', 'keras'} & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_table_that_is_too_wide_has_a_column_per_run():
    """As of runs of several tasks, with the figures of each."""
    metrics = {f"{task}.{name}": 0.5 for task in ("mood", "names") for name in ("loss", "label")}
    metrics |= {f"mood.figure_{number}": float(number) for number in range(9)}
    known = {"model": "bert_nano", "parameters": 1000, "step": 40, "loss": 0.25, "seconds": 7.0, "metrics": metrics}
    known |= {"perplexity": None, "bits_per_byte": None}
    runs = [SimpleNamespace(run=f"runs/{name}", **known) for name in ("one", "two")]
    for width, first in ((400, ["run", "model", "parameters"]), (200, ["run", "runs/one", "runs/two"])):
        console = Console(width=width, file=io.StringIO())
        console.print(_table(runs, width=width))
        lines = console.file.getvalue().splitlines()
        assert lines[0].split()[:3] == first and "…" not in console.file.getvalue()
        assert "mood.figure 8" in console.file.getvalue() and "mood.label" not in console.file.getvalue()
    cells = [line.split() for line in lines]
    assert cells[1:3] == [["model", "bert_nano", "bert_nano"], ["parameters", "1,000", "1,000"]]
