"""The pages of `docs/`: command lines parse, Python compiles, and what the pages on exports show runs."""

import importlib
import json
import re
import shlex
from typing import Any

import langzoo
import pytest
import typer
from langzoo import zoo
from langzoo.cli.main import app
from langzoo.trainers.data.readers import READERS
from langzoo.trainers.data.sets import DATA_SETS
from langzoo.trainers.objectives import OBJECTIVES
from langzoo.trainers.training_config import TrainingConfig
from langzoo.zoo.tasks import TASKS

from tests.checks.pages import ROOT, blocks, commands, quick, run, run_python
from tests.checks.stand_in_server import StandInServer

DATA, SERVING, LITERT, PYTHON = "docs/data.md", "docs/tf-serving.md", "docs/litert.md", "docs/python.md"
RETRIEVAL, COUNTS, TRAINING = "docs/retrieval.md", "docs/count-models.md", "docs/training.md"
PRE_TRAINING = "docs/pretraining.md"
PAGES = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))]
LINES = [line for page in PAGES for line in commands(page) if line.startswith("langzoo ")]
QUICK = {"--steps 1500": "--steps 60"}


@pytest.mark.parametrize("line", LINES)
def test_a_command_line_parses(line):
    command: Any = typer.main.get_command(app)
    context = None
    args = shlex.split(line)[1:]
    while hasattr(command, "resolve_command"):
        group = command.make_context("langzoo", args, parent=context, resilient_parsing=True)
        _, command, args = command.resolve_command(group, args)
        context = group
    command.make_context("langzoo", args, parent=context)  # stops at an option or a value that there is not


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_compiles(page):
    for code in blocks(page, "python"):
        compile(code, page, "exec")


def test_the_pages_on_exports_are_linked():
    for page in ("README.md", "README.zh-CN.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert SERVING in text
        assert LITERT in text


def test_the_page_on_python_names_what_there_is():
    """In its code and in its tables; what its code does, the slow test below sees."""
    text = (ROOT / PYTHON).read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w-])(layers|serving|trainers|zoo)\.([A-Za-z_0-9]+)", text)) - {
        ("zoo", "models"),
        ("zoo", "tasks"),
    }
    assert ("trainers", "register_objective") in named and len(named) > 30
    for package, name in named:
        assert name in importlib.import_module(f"langzoo.{package}").__all__, f"{package}.{name}"
    for task, name, methods in re.findall(r"^\| `(\w+)` \| `(\w+)` \| `([^|]+)` \|", text, flags=re.MULTILINE):
        assert TASKS[task] is getattr(zoo, name)
        assert all(callable(getattr(getattr(zoo, name), method)) for method in methods.split("`, `"))
    for page in re.findall(r"\]\(([\w./-]+)\)", text):
        assert (ROOT / "docs" / page).exists(), page


@pytest.mark.slow
def test_the_page_on_python_runs(tmp_path):
    """All of its blocks, one after the other in one process; Python warns of nothing that is ours."""
    printed = _printed("\n".join(blocks(PYTHON, "python")), tmp_path)
    assert langzoo.__version__ in printed and "Total params" in printed and "(8, 16, 10)" in printed
    assert (tmp_path / "runs/cats/weights.safetensors").exists() and (tmp_path / "exports/mine/1").is_dir()


@pytest.mark.slow
def test_the_pages_on_exports_run(tmp_path):
    for command in [*commands(SERVING), *commands(LITERT)]:
        done = run(quick(command, QUICK), tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    rest, _, alone = blocks(SERVING, "python")  # the second needs tensorflow-serving-api
    printed = {}
    with StandInServer(tmp_path / "saved_models/gpt2_tiny/1") as server:
        printed["rest"] = _printed(rest.replace(":8501", f":{server.port}"), tmp_path)
    printed["alone"] = _printed(alone, tmp_path)
    lite, steps, loop = blocks(LITERT, "python")
    for name, code in {"lite": lite, "steps": steps, "loop": loop}.items():
        printed[name] = _printed(code, tmp_path)
    assert "temperature must be a number from 0" in printed["rest"]
    line = 'langzoo generate {} --prompt "The for statement" --max-tokens 12 --json'
    greedy = run(line.format("saved_models/gpt2_tiny/litert/1/gpt2_tiny.tflite"), tmp_path)
    assert printed["steps"] == json.loads(greedy.stdout)["text"] + "\n"


def test_the_page_on_training_names_every_setting():
    """Whoever mistypes one is sent there."""
    text = (ROOT / TRAINING).read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_.0-9]+)`", text))
    settings = [{"objective.name": name} for name in OBJECTIVES.own()]
    assert set().union(*(TrainingConfig().with_settings(each).keys() for each in settings)) <= named


def test_the_page_on_data_names_every_reader_and_every_set():
    text = (ROOT / DATA).read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text.partition("## Readers")[2], flags=re.MULTILINE)) == set(READERS.own())
    assert all(f"`{name}`" in text.partition("## Sets by name")[2] for name in DATA_SETS.own())


@pytest.mark.slow
def test_the_page_on_data_runs(tmp_path):
    told = ""
    for command in commands(DATA):
        done = run(command, tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        told += done.stderr
    assert "1 bad record skipped, the first: holes.csv: line 3 has a quote that is not closed" in told


@pytest.mark.slow
def test_the_page_on_pre_training_runs(tmp_path):
    for command in commands(PRE_TRAINING):
        done = run(command, tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_the_page_on_pre_training_names_every_objective_of_text():
    named = (ROOT / PRE_TRAINING).read_text(encoding="utf-8")
    learnt = {"causal_lm", "masked_lm", "electra_pair", "seq2seq_lm"}
    of_text = {name for name, kind in OBJECTIVES.own().items() if learnt & {*kind.tasks} and not kind.is_default}
    assert all(f"`{name}`" in named for name in of_text - {"replaced_token"})


@pytest.mark.slow
def test_the_page_on_retrieval_runs(tmp_path):
    told = {}
    for command in commands(RETRIEVAL):
        done = run(command, tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        told[command] = done.stdout
    assert all("documents.txt:1" in told[command] for command in told if "--index indexes/words" in command)


@pytest.mark.ci
def test_the_page_on_counts_runs(tmp_path):
    for command in commands(COUNTS):
        done = run(command, tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "runs/from_arpa/weights.safetensors").exists()


def _printed(code, folder):
    done = run_python(code, folder)
    assert done.returncode == 0, f"{code}\n{done.stderr}"
    return done.stdout
