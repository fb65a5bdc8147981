"""Every command of the README runs, in its quick form, one after the other as a reader would."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
QUICK = {
    "langzoo quickstart": "langzoo quickstart --epochs 1",
    "--epochs 2": "--epochs 1",
    "--steps 2000": "--steps 20",
}


def blocks(readme, language):
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), flags=re.DOTALL)


def commands(readme):
    lines = [line for block in blocks(readme, "console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def quick(command):
    for slow, fast in QUICK.items():
        command = command.replace(slow, fast)
    return command


def run(command, folder):
    shell = f'langzoo() {{ "{sys.executable}" -m langzoo.cli "$@"; }}\n{command}'
    environment = {**os.environ, "PYTHONPATH": ""}
    return subprocess.run(["bash", "-c", shell], cwd=folder, env=environment, capture_output=True, text=True)


def test_both_languages_show_the_same_commands_and_code():
    english, chinese = READMES
    assert commands(english) == commands(chinese)
    assert blocks(english, "python") == blocks(chinese, "python")
    assert len(commands(english)) >= 10


@pytest.mark.slow
def test_every_command_runs(tmp_path):
    for command in ["langzoo quickstart", *commands("README.md")]:
        done = run(quick(command), tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    (tmp_path / "example.py").write_text(blocks("README.md", "python")[0], encoding="utf-8")
    done = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
