import os
import subprocess
import sys

import pytest
import typer
from langzoo.cli.main import app

GROUP = typer.main.get_command(app)
FUNCTIONS = {
    f"langzoo.cli.{function}" for group in (GROUP, GROUP.commands["tokenizer"]) for function in group.functions.values()
}


def imported_by(line):
    """The modules of a process that runs a command line, which must print something."""
    code = f"""
import atexit, sys
atexit.register(lambda: print(*sys.modules))
sys.argv = ["langzoo", *{line.split()!r}]
from langzoo.cli.main import main
main()
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    *printed, modules = run.stdout.splitlines()
    assert printed
    return set(modules.split())


@pytest.mark.parametrize("line", ["list", "describe lstm_small --json", "generate --help"])
def test_a_command_imports_no_tensorflow_and_no_other_command(line):
    modules = imported_by(line)
    assert not {"tensorflow", "keras", "keras_hub"} & modules
    assert len(FUNCTIONS & modules) == 1
    assert "numpy" not in modules or line.startswith("describe")


def test_help_imports_no_command_and_nothing_that_only_its_work_needs():
    modules = imported_by("--help")
    heavy = {"tensorflow", "keras", "numpy", "pydantic", "langzoo.layers.plain.registry"}
    assert len(FUNCTIONS) > 20 and not (FUNCTIONS | heavy) & modules


def test_as_a_module_where_characters_cannot_be_shown():
    run = subprocess.run(
        [sys.executable, "-m", "langzoo.cli", "list", "猫"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "langzoo: no model's name matches '\\u732b': try 'lstm*' in quotes, or no pattern\n"


def test_version_and_help(langzoo_run):
    assert langzoo_run("--version").stdout.startswith("langzoo 0.")
    for args in ([], ["--help"], ["-h"]):
        result = langzoo_run(*args)
        assert result.exit_code == 0
        for command in ("list", "describe", "tokenizer", "train", "evaluate", "score", "generate", "export"):
            assert f" {command} " in result.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["generate", "m", "--promt", "x"], "--promt"),
        (["import", "m"], "--run"),
        (["generate", "m", "--prompt", "x", "--max-tokens", "0"], "--max-tokens"),
        (["generate", "m", "--prompt", "x", "--seed", "x"], "--seed"),
        (["fill", "m", "--count", "0"], "--count"),
        (["evaluate", "m"], "--data"),
        (["evaluate", "--data", "a", "m"], "it must come before --data"),
        (["tokenizer"], "Missing command"),
        (["generat"], "generat"),
        (["describe", "a", "b"], "unexpected"),
    ],
)
def test_a_line_that_cannot_be_parsed_is_refused_in_one_line(args, message, refused):
    line = refused(*args)
    assert message in line
    assert "--help)" in line


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("list >&-", 2, "langzoo: standard output is closed: leave it open, or send it to a file\n"),
        ("list > /dev/full", 2, "langzoo: the disk is full: free some space, or write somewhere else\n"),
        ("list 2>&- | head -n 1 > /dev/null", 0, ""),
        ("describe $'a\\xff'", 2, "langzoo: the argument 'a\\udcff' is not UTF-8: rename the file, or write the text "),
    ],
)
def test_streams_and_arguments_of_odd_shells(line, code, message):
    command = ["bash", "-c", f'set -o pipefail; "{sys.executable}" -m langzoo.cli {line}']
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr[: len(message) or None]) == (code, message)
