"""Every command of the README runs, in its quick form, one after the other as a reader would."""

import pytest

from tests.checks.pages import blocks, commands, labels, quick, run, run_python, shown

READMES = ("README.md", "README.zh-CN.md")
# Commands whose figures differ from run to run, but not what they are called.
TABLES = ("langzoo evaluate", "langzoo export", "langzoo tokenizer train")
QUICK = {
    "langzoo quickstart": "langzoo quickstart --epochs 1",
    "--epochs 2": "--epochs 1",
    "--steps 2000": "--steps 20",
}


def test_both_languages_show_the_same_commands_and_code():
    english, chinese = READMES
    assert commands(english) == commands(chinese)
    assert blocks(english, "python") == blocks(chinese, "python")
    assert len(commands(english)) >= 10


@pytest.mark.slow
def test_every_command_runs(tmp_path):
    for command, lines in [("langzoo quickstart", []), *shown("README.md")]:
        done = run(quick(command, QUICK), tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        if command.startswith(TABLES):
            assert labels(done.stdout.splitlines()) == labels(lines), command
    done = run_python(blocks("README.md", "python")[0], tmp_path)
    assert done.returncode == 0, done.stderr
