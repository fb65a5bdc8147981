"""Every command of the README runs, in its quick form and one after the other, and prints what is shown."""

import json
import re

import pytest
from langzoo.cli.main import app
from typer.testing import CliRunner

from tests.checks.pages import ROOT, blocks, commands, labels, quick, run, run_python, shapes, shown

READMES = ("README.md", "README.zh-CN.md")
QUICK = {
    "langzoo quickstart": "langzoo quickstart --epochs 1",
    "--epochs 2": "--epochs 1",
    "--steps 2000": "--steps 20",
}
# Commands whose lines hold words that differ from run to run, and what stays.
WORDS = {
    "langzoo tokenizer train": labels,  # the most frequent words of the text
    "langzoo generate": lambda lines: bool("".join(lines).strip()),
    "langzoo attention": lambda lines: (shapes(lines)[0], shapes(lines)[-1]),  # who looks at whom
}
# Commands whose messages are shown, too: progress and remarks, on standard error.
MESSAGES = ("langzoo train", "langzoo compare")
SOMETIMES = "about "  # how long it still takes, which is told where that is more than some seconds
WRITTEN = ("generated text:", "files:")  # by quickstart, a text of its model between the two


def what_stays(command, lines):
    """Of what a command prints: the names of rows and columns, and every word beside the numbers."""
    lines = [line for line in lines if not line.startswith(SOMETIMES)]
    return next((what(lines) for name, what in WORDS.items() if command.startswith(name)), shapes(lines))


def without_text(lines):
    """What quickstart prints, without what its model writes."""
    first, last = map(lines.index, WRITTEN)
    return shapes([*lines[: first + 1], *lines[last:]])


def test_both_languages_show_the_same_commands_and_code():
    english, chinese = READMES
    assert commands(english) == commands(chinese)
    assert shown(english) == shown(chinese)
    assert blocks(english, "python") == blocks(chinese, "python")
    assert blocks(english, "text") == blocks(chinese, "text")
    assert len(commands(english)) >= 10


def test_both_languages_have_the_same_sections_and_links():
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in READMES]
    english, chinese = [re.findall(r"^(#+) ", text, flags=re.MULTILINE) for text in texts]
    assert english == chinese
    english, chinese = [set(re.findall(r"\]\(([\w./-]+)", text)) - set(READMES) for text in texts]
    assert english == chinese and "docs/litert.md" in english


def test_they_count_and_list_the_models_that_there_are():
    listed = CliRunner().invoke(app, ["list", "--json"])
    english, chinese = [(ROOT / page).read_text(encoding="utf-8") for page in READMES]
    count = len(json.loads(listed.stdout))
    assert f"shows all {count}" in english and f"全部 {count} 个模型" in chinese
    (lines,) = [lines for command, lines in shown("README.md") if command.startswith("langzoo list")]
    printed = CliRunner().invoke(app, ["list", "lstm*"]).stdout.splitlines()
    assert [line.rstrip() for line in printed] == lines


@pytest.mark.slow
def test_every_command_runs_and_prints_what_is_shown(tmp_path):
    done = run(quick("langzoo quickstart", QUICK), tmp_path)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert without_text(done.stdout.splitlines()) == without_text(blocks("README.md", "text")[0].splitlines())
    for command, lines in shown("README.md"):
        both = " 2>&1" if command.startswith(MESSAGES) else ""
        done = run(quick(command, QUICK) + both, tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert what_stays(command, done.stdout.splitlines()) == what_stays(command, lines), f"{command}\n{done.stdout}"
    done = run_python(blocks("README.md", "python")[0], tmp_path)
    assert done.returncode == 0, done.stderr
