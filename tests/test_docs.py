"""The pages of `docs/`: command lines parse, Python compiles, and what the pages on exports show runs."""

import json
import shlex
from typing import Any

import pytest
import typer
from langzoo.cli.main import app

from tests.checks.pages import ROOT, blocks, commands, quick, run, run_python
from tests.checks.stand_in_server import StandInServer

SERVING, LITERT = "docs/tf-serving.md", "docs/litert.md"
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


def _printed(code, folder):
    done = run_python(code, folder)
    assert done.returncode == 0, f"{code}\n{done.stderr}"
    return done.stdout
