"""What the README and the pages of `docs/` show: their blocks, their commands, and how a reader runs them."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def blocks(page, language):
    """The fenced blocks of a page, a path from the root."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)


def commands(page):
    """The lines behind a prompt."""
    lines = [line for block in blocks(page, "console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def shown(page):
    """Commands with the lines that the page shows below each."""
    found = []
    for block in blocks(page, "console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


def labels(lines):
    """The first column of what a command prints in two columns: what is left of two spaces."""
    return [line.split("  ")[0] for line in lines if "  " in line and not line.startswith(" ")]


def shape(line):
    """A line with its numbers, bars and widths left open."""
    line = re.sub(r"(?<![\w.])[-+]?\d[\d,.]*(e[-+]?\d+)?%?", "#", line)
    return " ".join(re.sub(r"[█▉▊▋▌▍▎▏#]*[█▉▊▋▌▍▎▏]+|#{2,}", "", re.sub("[━─]+", "━", line)).split())


def shapes(lines):
    """The shapes of lines that hold something, one of each run of equal ones."""
    found = [shape(line) for line in lines if line.strip()]
    return [each for place, each in enumerate(found) if place == 0 or found[place - 1] != each]


def quick(command, replacements):
    """The command with what takes long replaced."""
    for slow, fast in replacements.items():
        command = command.replace(slow, fast)
    return command


def run(command, folder):
    """Runs a line in a shell whose `langzoo`, `python` and `saved_model_cli` are those of this interpreter."""
    tools = {"langzoo": "langzoo.cli", "saved_model_cli": "tensorflow.python.tools.saved_model_cli"}
    functions = [f'{name}() {{ "{sys.executable}" -m {module} "$@"; }}' for name, module in tools.items()]
    shell = "\n".join([*functions, f'python() {{ "{sys.executable}" "$@"; }}', command])
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONUNBUFFERED": "1"}  # lines of both outputs in order
    return subprocess.run(["bash", "-c", shell], cwd=folder, env=environment, capture_output=True, text=True)


def run_python(code, folder):
    """Runs a block of Python in a process of its own."""
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
